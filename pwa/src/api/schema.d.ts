/** Stands in until `npm run gen` writes the real one from ../api/openapi.json. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type paths = Record<string, any>
