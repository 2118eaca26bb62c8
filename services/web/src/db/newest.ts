/** The largest id there can be: a page without a beginning starts below it. */
export const newest = '9223372036854775807'
