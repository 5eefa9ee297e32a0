// Made by `npm run client` from the description of the API. Not to be edited.

export interface paths {
    "/nodes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the node types with their ports and parameters, and the kinds of value that ports carry. */
        get: operations["getNodes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/node-packs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the node packs that the server was started with: what each brings, or why it is not used. */
        get: operations["getNodePacks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/packs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the model packs, and why some of them cannot be used. */
        get: operations["getPacks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/templates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the workflows that come with Clipwork. */
        get: operations["getTemplates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the installed model packs with what they hold, downloads that are not whole, and jobs. */
        get: operations["getModels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List what is being done about model packs, newest first. */
        get: operations["getModelsJobs"];
        put?: never;
        /** Add a published checkpoint of the hub. Weights come once the licence is accepted; what an earlier try left is gone on with. */
        post: operations["postModelsJobs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/jobs/{id}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Accept the licence that a job asks about. */
        post: operations["postModelsJobsIdAccept"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/jobs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel a job; what came of a download is kept. */
        post: operations["postModelsJobsIdCancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take an ended job off the list. */
        delete: operations["deleteModelsJobsId"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/downloads/{hash}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove what came of a download that is not whole. */
        delete: operations["deleteModelsDownloadsHash"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/packs/{name}/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Read every file of a model pack anew, and run each of its networks once: a job. */
        post: operations["postPacksNameVerify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/packs/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a model pack from the data folder; one whose weights are nowhere else with force=true. */
        delete: operations["deletePacksName"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/workflows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the saved workflows, or those whose title has the words, last changed first. */
        get: operations["getWorkflows"];
        put?: never;
        /** Save a workflow. */
        post: operations["postWorkflows"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/workflows/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a saved workflow. */
        get: operations["getWorkflowsId"];
        /** Save a change of the named revision; 409 if that is not the newest. */
        put: operations["putWorkflowsId"];
        post?: never;
        /** Delete a saved workflow with its history; for 30 days it can be brought back. */
        delete: operations["deleteWorkflowsId"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/workflows/{id}/recover": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Bring back a deleted workflow with its history. */
        post: operations["postWorkflowsIdRecover"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/workflows/{id}/revisions/{revision}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a revision of a workflow. */
        get: operations["getWorkflowsIdRevisionsRevision"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/workflows/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the revisions of a workflow, newest first. */
        get: operations["getWorkflowsIdHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/workflows/{id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Restore an old revision, as a new one. */
        post: operations["postWorkflowsIdRestore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List runs, newest first. */
        get: operations["getRuns"];
        put?: never;
        /** Put a workflow in the queue: a document, or a saved one by its id. With both, the document is run as a run of that workflow. */
        post: operations["postRuns"];
        /** Delete all runs that have ended, with the pictures that nothing else uses. */
        delete: operations["deleteRuns"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/forecast": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Forecast what a run would do if it began now: which nodes it would run, and how long it may take. */
        post: operations["postForecast"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/compare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Compare what two items of runs were made from: which nodes gave other values, sources first. */
        post: operations["postRunsCompare"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a run. */
        get: operations["getRunsId"];
        put?: never;
        post?: never;
        /** Delete a run that is not running, with the pictures that nothing else uses. */
        delete: operations["deleteRunsId"];
        options?: never;
        head?: never;
        /** Move a waiting run to another place in the queue, or give it another priority. */
        patch: operations["patchRunsId"];
        trace?: never;
    };
    "/runs/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the log of a run after an event, at most 2000 at once. */
        get: operations["getRunsIdEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel a run: at its next step, or at once when asked again. */
        post: operations["postRunsIdCancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Run the same again, as a run of its own. */
        post: operations["postRunsIdRetry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/queue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the queue: what runs, what waits in its order, and whether it is paused. */
        get: operations["getQueue"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Pause the queue, or let it go on: while it is paused no run begins, also after a restart of the server. */
        patch: operations["patchQueue"];
        trace?: never;
    };
    "/queue/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel all runs that wait. */
        post: operations["postQueueCancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send the bytes of a picture, or of an array as NumPy saves it; documents then name it as "asset:" and its hash. */
        post: operations["postUploads"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/uploads/{hash}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove an uploaded file; it stays as long as a run or a workflow names it. */
        delete: operations["deleteUploadsHash"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/artifacts/{hash}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The bytes of a picture, or of what a view names. They never change; parts may be asked for with Range. */
        get: operations["getArtifactsHash"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}/files/{hash}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A file that an output of a run kept, under its name and with its media type. */
        get: operations["getRunsIdFilesHash"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A run as one HTML file: its pictures, parameters, timings, what was computed and why, versions and fingerprints. */
        get: operations["getRunsIdReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A backup of all that the server keeps, as an archive (tar): its database as it is at this moment, pictures, settings, and kept values unless they are left out. X-Backup-Bytes says about how long it is. */
        post: operations["postBackup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/version": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Versions of the server and of what it runs on, and how its command line is called. */
        get: operations["getVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether runs can be carried out. */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/workers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who carries out runs: each worker with what it has and does, and those that went without a word in the last hour. */
        get: operations["getWorkers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/access": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who asks, by the token if the server asks for one, and what that may do: view, run, edit or administer, each with those before it. */
        get: operations["getAccess"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read who changed what and who was refused, newest first: routes, ids and addresses, nothing of what was sent. */
        get: operations["getAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the server counts, for Prometheus. */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description A problem of RFC 9457, with what to do about it. */
        Error: {
            type: string;
            title: string;
            status: number;
            detail: string;
            remedy: string;
            problems?: components["schemas"]["WorkflowProblem"][];
        };
        /** @description One thing that is wrong with a workflow: where, what, and what to do. */
        WorkflowProblem: {
            code: string;
            /** @enum {string} */
            severity: "error" | "warning";
            node?: string;
            port?: string;
            message: string;
            remedy: string;
        };
        NodePack: {
            name: string;
            folder: string;
            version?: string;
            description?: string;
            author?: string;
            licence?: string;
            homepage?: string;
            types: string[];
            unusable?: {
                message: string;
                remedy: string;
            };
        };
        /** @description A workflow; docs/nodes.md lists what its nodes may be. */
        Workflow: {
            /** @constant */
            format: "clipwork/1";
            nodes: {
                [key: string]: {
                    type: string;
                    version: number;
                } & {
                    [key: string]: unknown;
                };
            };
        } & {
            [key: string]: unknown;
        };
        InstalledPack: {
            /** @description The name of a model pack. */
            name: string;
            title: string;
            licence: string;
            folder: string;
            bytes: number;
            own: number;
            removable: boolean;
            stages: {
                stage: string;
                role: string;
                bytes: number;
            }[];
            spaces: {
                name: string;
                dimension: number;
            }[];
            origin?: {
                from: string;
                revision: string;
                accepted: string;
            };
            unusable?: {
                message: string;
                remedy: string;
            };
        };
        ModelJob: {
            /**
             * Format: uuid
             * @description The id of a run.
             */
            id: string;
            /** @enum {string} */
            kind: "add" | "verify";
            subject: string;
            /** @description The name of a model pack. */
            name?: string;
            /**
             * @description Weights of 16 bits.
             * @enum {string}
             */
            variant?: "fp16" | "bf16";
            /** @description The name of a model pack. */
            for?: string;
            /** @constant */
            weights?: "int8";
            /** @description SHA-256 of the bytes. */
            sha256?: string;
            /** @enum {string} */
            state: "working" | "asking" | "finished" | "failed" | "cancelled";
            doing: string;
            licence?: {
                repository: string;
                name: string;
                page: string;
                text?: string;
                bytes: number;
            };
            progress?: {
                file: string;
                done: number;
                all: number;
                bytesPerSecond?: number;
                secondsLeft?: number;
            };
            error?: {
                message: string;
                remedy: string;
            };
            pack?: string;
        };
        SavedWorkflow: {
            /**
             * Format: uuid
             * @description The id of a saved workflow.
             */
            id: string;
            title: string;
            revision: number;
            /** @description Milliseconds since 1970. */
            created: number;
            /** @description Milliseconds since 1970. */
            updated: number;
            document: components["schemas"]["Workflow"];
        };
        WorkflowSummary: {
            /**
             * Format: uuid
             * @description The id of a saved workflow.
             */
            id: string;
            title: string;
            revision: number;
            /** @description Milliseconds since 1970. */
            created: number;
            /** @description Milliseconds since 1970. */
            updated: number;
        };
        SavedRevision: {
            revision: number;
            title: string;
            /** @description Milliseconds since 1970. */
            time: number;
            /** @enum {string} */
            reason: "saved" | "run" | "edit";
            document: components["schemas"]["Workflow"];
        };
        RunDetail: {
            /**
             * Format: uuid
             * @description The id of a run.
             */
            id: string;
            /** @enum {string} */
            state: "queued" | "running" | "finished" | "failed" | "cancelled";
            title: string;
            /**
             * Format: uuid
             * @description The id of a saved workflow.
             */
            workflow?: string;
            owner?: string;
            /** @enum {string} */
            priority: "high" | "normal" | "low";
            caption?: string;
            seed?: number;
            /** @description Milliseconds since 1970. */
            created: number;
            /** @description Milliseconds since 1970. */
            started?: number;
            /** @description Milliseconds since 1970. */
            ended?: number;
            position?: number;
            held?: {
                message: string;
                remedy: string;
            };
            msLeft?: number;
            stopping?: boolean;
            progress?: {
                done: number;
                all: number;
            };
            error?: string;
            outputs: components["schemas"]["RunOutput"][];
            document: components["schemas"]["Workflow"];
            set: {
                [key: string]: string | number | boolean;
            };
            targets?: string[];
            warnings: components["schemas"]["WorkflowProblem"][];
            seq: number;
        };
        RunOutput: {
            node: string;
            item: number;
            name: string;
            kind: string;
            view: components["schemas"]["View"];
            files: {
                ending: string;
                media: string;
                /** @description SHA-256 of the bytes. */
                hash: string;
                bytes?: number;
            }[];
            /** @description SHA-256 of the bytes. */
            picture?: string;
            /** @description SHA-256 of the bytes. */
            thumbnail?: string;
            width?: number;
            height?: number;
            /** @description What links put into parameters for this item. */
            settings?: {
                node: string;
                param: string;
                value: string | number | boolean;
            }[];
        };
        /** @description What a value looks like: a picture, embedding, text, table, plot, file, or other data. */
        View: {
            kind: string;
        } & {
            [key: string]: unknown;
        };
        RunSummary: {
            /**
             * Format: uuid
             * @description The id of a run.
             */
            id: string;
            /** @enum {string} */
            state: "queued" | "running" | "finished" | "failed" | "cancelled";
            title: string;
            /**
             * Format: uuid
             * @description The id of a saved workflow.
             */
            workflow?: string;
            owner?: string;
            /** @enum {string} */
            priority: "high" | "normal" | "low";
            caption?: string;
            seed?: number;
            /** @description Milliseconds since 1970. */
            created: number;
            /** @description Milliseconds since 1970. */
            started?: number;
            /** @description Milliseconds since 1970. */
            ended?: number;
            position?: number;
            held?: {
                message: string;
                remedy: string;
            };
            msLeft?: number;
            stopping?: boolean;
            progress?: {
                done: number;
                all: number;
            };
            error?: string;
            outputs: components["schemas"]["RunOutput"][];
        };
        /** @description Something that happened in a run; docs/api.md lists the kinds. */
        Event: {
            event: string;
            seq: number;
            /**
             * Format: uuid
             * @description The id of a run.
             */
            run: string;
            /** @description Milliseconds since 1970. */
            time: number;
        } & {
            [key: string]: unknown;
        };
        Queue: {
            paused: boolean;
            waiting: number;
            held?: {
                message: string;
                remedy: string;
            };
            running: components["schemas"]["RunSummary"][];
            next: components["schemas"]["RunSummary"][];
        };
        Upload: {
            /** @description SHA-256 of the bytes. */
            asset: string;
            width: number;
            height: number;
            /** @description SHA-256 of the bytes. */
            thumbnail: string;
            document?: components["schemas"]["Workflow"];
            stages?: {
                [key: string]: string;
            };
        } | {
            /** @description SHA-256 of the bytes. */
            asset: string;
            rows: number;
            columns: number;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getNodes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        nodes: ({
                            type: string;
                            version: number;
                            title: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                        kinds: {
                            kind: string;
                            hue?: number;
                            /** @enum {string} */
                            card?: "square" | "strip";
                        }[];
                    };
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    getNodePacks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        packs: components["schemas"]["NodePack"][];
                    };
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    getPacks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        packs: ({
                            name: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                    };
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    getTemplates: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        templates: {
                            id: string;
                            title: string;
                            group: string;
                            summary: string;
                            document: components["schemas"]["Workflow"];
                        }[];
                    };
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    getModels: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        packs: components["schemas"]["InstalledPack"][];
                        downloads: {
                            /** @description SHA-256 of the bytes. */
                            id: string;
                            source: string;
                            /** @description The name of a model pack. */
                            name?: string;
                            /**
                             * @description Weights of 16 bits.
                             * @enum {string}
                             */
                            variant?: "fp16" | "bf16";
                            /** @description The name of a model pack. */
                            for?: string;
                            /** @constant */
                            weights?: "int8";
                            /** @description SHA-256 of the bytes. */
                            sha256?: string;
                            bytes: number;
                        }[];
                        jobs: components["schemas"]["ModelJob"][];
                        hub: {
                            endpoint: string;
                            token: boolean;
                            offline: boolean;
                        };
                        free: number;
                    };
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    getModelsJobs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        jobs: components["schemas"]["ModelJob"][];
                    };
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    postModelsJobs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description ORG/NAME, ORG/NAME@REVISION, its page's address, or another address of a folder or file. */
                    source: string;
                    /** @description The name of a model pack. */
                    name?: string;
                    /**
                     * @description Weights of 16 bits.
                     * @enum {string}
                     */
                    variant?: "fp16" | "bf16";
                    /** @description The name of a model pack. */
                    for?: string;
                    /** @constant */
                    weights?: "int8";
                    /** @description SHA-256 of the bytes. */
                    sha256?: string;
                };
            };
        };
        responses: {
            /** @description What was asked for. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelJob"];
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    postModelsJobsIdAccept: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelJob"];
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    postModelsJobsIdCancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelJob"];
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteModelsJobsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteModelsDownloadsHash: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                hash: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    postPacksNameVerify: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelJob"];
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    deletePacksName: {
        parameters: {
            query?: {
                force?: "true" | "false";
            };
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    getWorkflows: {
        parameters: {
            query?: {
                before?: string;
                limit?: number;
                title?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["WorkflowSummary"][];
                        next?: string;
                    };
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    postWorkflows: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * Format: uuid
                     * @description The id of a saved workflow.
                     */
                    id?: string;
                    title: string;
                    /** @description A workflow, as the editor saves it. */
                    document: unknown;
                    /**
                     * @description Why the revision is kept; `saved` if absent.
                     * @enum {string}
                     */
                    reason?: "saved" | "run" | "edit";
                };
            };
        };
        responses: {
            /** @description What was asked for. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedWorkflow"];
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    getWorkflowsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedWorkflow"];
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    putWorkflowsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    title: string;
                    /** @description A workflow, as the editor saves it. */
                    document: unknown;
                    revision: number;
                    /**
                     * @description Why the revision is kept; `saved` if absent.
                     * @enum {string}
                     */
                    reason?: "saved" | "run" | "edit";
                };
            };
        };
        responses: {
            /** @description What was asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedWorkflow"];
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteWorkflowsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    postWorkflowsIdRecover: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedWorkflow"];
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    getWorkflowsIdRevisionsRevision: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                revision: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedRevision"];
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    getWorkflowsIdHistory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            revision: number;
                            title: string;
                            /** @description Milliseconds since 1970. */
                            time: number;
                            /** @enum {string} */
                            reason: "saved" | "run" | "edit";
                        }[];
                    };
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    postWorkflowsIdRestore: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    revision: number;
                    from: number;
                };
            };
        };
        responses: {
            /** @description What was asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedWorkflow"];
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    getRuns: {
        parameters: {
            query?: {
                state?: "queued" | "running" | "finished" | "failed" | "cancelled" | "ended";
                workflow?: string;
                before?: number;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["RunSummary"][];
                        next?: string;
                    };
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    postRuns: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description A workflow, as the editor saves it. */
                    document?: unknown;
                    /**
                     * Format: uuid
                     * @description The id of a saved workflow.
                     */
                    workflow?: string;
                    set?: {
                        [key: string]: string | number | boolean;
                    };
                    targets?: string[];
                    fresh?: boolean;
                    first?: boolean;
                    /** @enum {string} */
                    priority?: "high" | "normal" | "low";
                    passing?: string;
                    /** @description Cancel it if whoever asks is gone before the answer has left. */
                    cancelIfGone?: boolean;
                };
            };
        };
        responses: {
            /** @description What was asked for. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunDetail"];
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteRuns: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        count: number;
                    };
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    postForecast: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description A workflow, as the editor saves it. */
                    document?: unknown;
                    /**
                     * Format: uuid
                     * @description The id of a saved workflow.
                     */
                    workflow?: string;
                    set?: {
                        [key: string]: string | number | boolean;
                    };
                    targets?: string[];
                    fresh?: boolean;
                    first?: boolean;
                    /** @enum {string} */
                    priority?: "high" | "normal" | "low";
                    passing?: string;
                    /** @description Cancel it if whoever asks is gone before the answer has left. */
                    cancelIfGone?: boolean;
                };
            };
        };
        responses: {
            /** @description What was asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        nodes: {
                            node: string;
                            /** @enum {string} */
                            state: "cached" | "would run" | "not needed" | "would fail" | "unknown";
                            kind?: string;
                            items?: number;
                        }[];
                        kinds: {
                            [key: string]: {
                                ms: number;
                                warm: boolean;
                            };
                        };
                        ms?: number;
                        disk?: {
                            bytes: number;
                            free: number;
                        };
                    };
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    postRunsCompare: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    before: {
                        /**
                         * Format: uuid
                         * @description The id of a run.
                         */
                        run: string;
                        node: string;
                        item: number;
                    };
                    now: {
                        /**
                         * Format: uuid
                         * @description The id of a run.
                         */
                        run: string;
                        node: string;
                        item: number;
                    };
                };
            };
        };
        responses: {
            /** @description What was asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        values?: {
                            different: string[];
                            equal: number;
                        };
                    };
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    getRunsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunDetail"];
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteRunsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    patchRunsId: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    position: number;
                } | {
                    /** @enum {string} */
                    priority: "high" | "normal" | "low";
                };
            };
        };
        responses: {
            /** @description What was asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunDetail"];
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    getRunsIdEvents: {
        parameters: {
            query?: {
                after?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        events: components["schemas"]["Event"][];
                        seq: number;
                    };
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    postRunsIdCancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunDetail"];
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    postRunsIdRetry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunDetail"];
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    getQueue: {
        parameters: {
            query?: {
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Queue"];
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    patchQueue: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    paused: boolean;
                };
            };
        };
        responses: {
            /** @description What was asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Queue"];
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    postQueueCancel: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        count: number;
                    };
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    postUploads: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "image/png": unknown;
                "image/webp": unknown;
                "image/jpeg": unknown;
                "image/gif": unknown;
                "image/tiff": unknown;
                "application/octet-stream": unknown;
            };
        };
        responses: {
            /** @description What was asked for. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Upload"];
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    deleteUploadsHash: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                hash: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    getArtifactsHash: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                hash: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/*": unknown;
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    getRunsIdFilesHash: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                hash: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "*/*": unknown;
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    getRunsIdReport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": unknown;
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    postBackup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @default true */
                    values?: boolean;
                };
            };
        };
        responses: {
            /** @description What was asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-tar": unknown;
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    getVersion: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        version: string;
                        versions: {
                            [key: string]: string;
                        };
                        called: {
                            command: string;
                            workflows?: string;
                        };
                    };
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @enum {string} */
                        status: "ok" | "starting" | "stopping" | "worker-lost";
                        provider: string;
                    };
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    getWorkers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        workers: {
                            id: string;
                            name: string;
                            pid: number;
                            version: string;
                            provider: string;
                            memory: number;
                            packs: {
                                name: string;
                                warm?: boolean;
                            }[];
                            /** @enum {string} */
                            state: "idle" | "busy" | "draining" | "gone";
                            runs: {
                                /**
                                 * Format: uuid
                                 * @description The id of a run.
                                 */
                                run: string;
                                /** @description Milliseconds since 1970. */
                                since: number;
                            }[];
                            /** @description Milliseconds since 1970. */
                            since: number;
                            /** @description Milliseconds since 1970. */
                            heard: number;
                        }[];
                    };
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    getAccess: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        /** @enum {string} */
                        scope: "view" | "run" | "edit" | "administer";
                        token: boolean;
                        may: ("view" | "run" | "edit" | "administer")[];
                        limits: {
                            runsPerHour?: number;
                            queued?: number;
                            callsPerMinute?: number;
                        };
                        used?: {
                            runsPerHour: number;
                            queued: number;
                        };
                    };
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    getAudit: {
        parameters: {
            query?: {
                token?: string;
                before?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: {
                            time: string;
                            who: string;
                            session?: string;
                            from?: string;
                            what: string;
                            about?: {
                                [key: string]: string;
                            };
                            outcome: number;
                            times?: number;
                        }[];
                        next?: string;
                    };
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was asked for. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": unknown;
                };
            };
            /** @description Why not. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Error"];
                };
            };
        };
    };
}
