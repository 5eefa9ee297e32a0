// What server and clients say to each other about model packs: a part of `wire.ts`.

/** `GET /models`: what is installed, what is being done about it, and where more comes from. */
export type ModelsReply = {
  readonly packs: readonly InstalledPack[];
  readonly downloads: readonly UnfinishedDownload[];
  readonly jobs: readonly ModelJob[];
  readonly hub: {
    readonly endpoint: string;
    /** Whether the server has a token for it. */
    readonly token: boolean;
    readonly offline: boolean;
  };
  /** Bytes that are free on the disk of the data folder. */
  readonly free: number;
};

export type InstalledPack = {
  readonly name: string;
  readonly title: string;
  readonly licence: string;
  /** Where it lies on the server. */
  readonly folder: string;
  /** Bytes of all its files. */
  readonly bytes: number;
  /** How many of them are nowhere else on that disk, and so are lost with the pack. */
  readonly own: number;
  /** Whether it lies in the data folder, and not among those that came with Clipwork. */
  readonly removable: boolean;
  readonly stages: readonly { readonly stage: string; readonly role: string; readonly bytes: number }[];
  readonly spaces: readonly { readonly name: string; readonly dimension: number }[];
  readonly origin?: { readonly from: string; readonly revision: string; readonly accepted: string };
  readonly unusable?: { readonly message: string; readonly remedy: string };
};

/** A download that broke off, or was cancelled, with what was chosen of it: adding the same again goes on with it. */
export type UnfinishedDownload = ModelChoices & {
  /** 64 hexadecimal digits. */
  readonly id: string;
  readonly source: string;
  /** Bytes that are there. */
  readonly bytes: number;
};

/** What may be chosen of a checkpoint that is added. */
export type ModelChoices = {
  /** What the pack is to be called; by default as the repository is. */
  readonly name?: string;
  readonly variant?: "fp16" | "bf16";
  /** The installed pack that has the captions of a prior that stands alone, or the CLIP of a decoder. */
  readonly for?: string;
  /** Write files of 8-bit weights, in place of the published ones. */
  readonly weights?: "int8";
  /** Of an address that is not on the hub: the sha256 of its list of hashes, or of the one file. */
  readonly sha256?: string;
};

/** `POST /models/jobs` */
export type AddModel = ModelChoices & {
  /** ORG/NAME, ORG/NAME@REVISION, or the address of its page on the hub; or that of a folder or a `.safetensors` elsewhere. */
  readonly source: string;
};

/** `GET /models/jobs` (`{ jobs }`), `POST /models/jobs`, `POST /models/jobs/:id/accept`, `POST /models/jobs/:id/cancel`, `POST /packs/:name/verify` */
export type ModelJob = ModelChoices & {
  readonly id: string;
  readonly kind: "add" | "verify";
  /** The source of what is added, or the name of the pack that is verified. */
  readonly subject: string;
  /** `asking`: it waits until its licence is accepted, or it is cancelled. */
  readonly state: "working" | "asking" | "finished" | "failed" | "cancelled";
  /** What is being done, in a few words. */
  readonly doing: string;
  readonly licence?: ModelLicence;
  readonly progress?: DownloadProgress;
  readonly error?: { readonly message: string; readonly remedy: string };
  /** The pack that came of it. */
  readonly pack?: string;
};

export type ModelLicence = {
  readonly repository: string;
  readonly name: string;
  /** Where it can be read. */
  readonly page: string;
  readonly text?: string;
  /** Bytes of the weights. */
  readonly bytes: number;
};

export type DownloadProgress = {
  readonly file: string;
  readonly done: number;
  readonly all: number;
  readonly bytesPerSecond?: number;
  readonly secondsLeft?: number;
};
