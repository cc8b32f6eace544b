export const typesOf: (document: unknown) => string
