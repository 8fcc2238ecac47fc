/** The version of this service; a test holds it against package.json. */
export const version = '2.0.0'
