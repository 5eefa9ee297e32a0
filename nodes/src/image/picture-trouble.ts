/** Why a file is not taken as a picture, as the end of a sentence, and what to do. */
export type PictureTrouble = { readonly reason: string; readonly remedy: string };
