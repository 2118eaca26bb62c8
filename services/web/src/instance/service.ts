/** This Gramstack as a whole: what it is called, what its rules are, and who may sign up. */

export {
  type Instance,
  selectInstance as readInstance,
  selectInstanceForShare as holdInstance,
  updateInstance as changeInstance,
  updateSignUpMode as setSignUpMode,
} from './queries.ts'
