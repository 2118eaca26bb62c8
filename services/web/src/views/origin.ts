import { createContext } from 'preact'

/** Where we are to be found, for a component that shows an address to be passed on; undefined where the request named no host. */
export const Origin = createContext<string | undefined>(undefined)
