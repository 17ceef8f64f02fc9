import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { pathToFileURL } from "node:url";
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type ClientCapabilities,
  type CodeAction,
  type Command,
  type Diagnostic,
  type DocumentDiagnosticReport,
  type PublishDiagnosticsParams,
  type TextEdit,
  type WorkspaceEdit,
} from "vscode-languageserver-protocol/node";
import { TextDocument } from "vscode-languageserver-textdocument";

const CAPABILITIES: ClientCapabilities = {
  workspace: {
    applyEdit: true,
    configuration: true,
    didChangeConfiguration: { dynamicRegistration: true },
    workspaceEdit: { documentChanges: true },
    workspaceFolders: true,
  },
  textDocument: {
    codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix", "source"] } } },
    diagnostic: {},
    publishDiagnostics: { codeDescriptionSupport: true },
  },
};

/** How to start a language server. */
export interface ServerOptions {
  command: string;
  args: string[];
  /** The workspace folder, absolute; also the server's working directory. */
  workspace: string;
  initializationOptions?: unknown;
  /** The answer to every `workspace/configuration` item. */
  settings?: unknown;
  /** The notification by which the server says that it can begin; default: it can at once. */
  readyNotification?: string;
}

/** An editor without a screen: one workspace folder, open documents, and a language server over stdio. */
export interface Editor {
  /** Opens a document with unsaved text; the file need not exist. */
  open(name: string, languageId: string, text: string): Promise<void>;
  /** The text of an open document, with all edits the server asked for. */
  text(name: string): string;
  /** What the server says about an open document when asked (pull). */
  diagnostics(name: string): Promise<Diagnostic[]>;
  /** What the server said about an open document by itself (push); waits for the first report after its last change. */
  published(name: string): Promise<Diagnostic[]>;
  /** The actions offered at a diagnostic. */
  codeActions(name: string, diagnostic: Diagnostic): Promise<CodeAction[]>;
  /** Chooses an action: applies its edit, or runs its command and applies the edit that comes back. */
  choose(action: CodeAction): Promise<void>;
  /** Ends the server. */
  close(): Promise<void>;
}

/** Starts a language server on a workspace folder. */
export async function startEditor(options: ServerOptions): Promise<Editor> {
  const server = spawn(options.command, options.args, {
    cwd: options.workspace,
    stdio: ["pipe", "pipe", "ignore"],
    shell: process.platform === "win32",
  });
  const connection = createProtocolConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );
  const documents = new Map<string, TextDocument>();
  const reports = new Map<string, Diagnostic[]>();
  const waiting = new Map<string, (diagnostics: Diagnostic[]) => void>();
  const workspaceUri = pathToFileURL(options.workspace).href;
  const uriOf = (name: string) => pathToFileURL(path.join(options.workspace, name)).href;

  function documentOf(uri: string): TextDocument {
    const document = documents.get(uri);
    if (!document) throw new Error(`${uri} is not open.`);
    return document;
  }

  async function applyEdits(uri: string, edits: TextEdit[]): Promise<void> {
    const before = documentOf(uri);
    const text = TextDocument.applyEdits(before, edits);
    const after = TextDocument.create(uri, before.languageId, before.version + 1, text);
    documents.set(uri, after);
    reports.delete(uri);
    await connection.sendNotification("textDocument/didChange", {
      textDocument: { uri, version: after.version },
      contentChanges: [{ text }],
    });
  }

  async function applyWorkspaceEdit({ changes = {}, documentChanges = [] }: WorkspaceEdit): Promise<void> {
    for (const [uri, edits] of Object.entries(changes)) await applyEdits(uri, edits);
    for (const change of documentChanges) {
      if (!("edits" in change)) throw new Error("The server wants to create, rename or delete a file.");
      await applyEdits(change.textDocument.uri, change.edits as TextEdit[]);
    }
  }

  connection.onRequest("workspace/configuration", ({ items }: { items: unknown[] }) =>
    items.map(() => options.settings ?? null),
  );
  connection.onRequest("workspace/workspaceFolders", () => [{ uri: workspaceUri, name: "workspace" }]);
  connection.onRequest("client/registerCapability", () => null);
  connection.onRequest("client/unregisterCapability", () => null);
  connection.onRequest("window/workDoneProgress/create", () => null);
  connection.onRequest("workspace/diagnostic/refresh", () => null);
  connection.onRequest("workspace/applyEdit", async ({ edit }: { edit: WorkspaceEdit }) => {
    await applyWorkspaceEdit(edit);
    return { applied: true };
  });
  connection.onNotification(
    "textDocument/publishDiagnostics",
    ({ uri, diagnostics }: PublishDiagnosticsParams) => {
      reports.set(uri, diagnostics);
      waiting.get(uri)?.(diagnostics);
      waiting.delete(uri);
    },
  );
  const ready = new Promise<void>((resolve) => {
    if (options.readyNotification === undefined) resolve();
    else
      connection.onNotification(options.readyNotification, () => {
        resolve();
      });
  });
  connection.listen();

  await connection.sendRequest("initialize", {
    processId: process.pid,
    rootUri: workspaceUri,
    workspaceFolders: [{ uri: workspaceUri, name: "workspace" }],
    capabilities: CAPABILITIES,
    initializationOptions: options.initializationOptions,
  });
  await connection.sendNotification("initialized", {});
  await ready;

  return {
    async open(name, languageId, text) {
      const uri = uriOf(name);
      documents.set(uri, TextDocument.create(uri, languageId, 1, text));
      reports.delete(uri);
      await connection.sendNotification("textDocument/didOpen", {
        textDocument: { uri, languageId, version: 1, text },
      });
    },

    text: (name) => documentOf(uriOf(name)).getText(),

    async diagnostics(name) {
      const report = await connection.sendRequest<DocumentDiagnosticReport>("textDocument/diagnostic", {
        textDocument: { uri: uriOf(name) },
      });
      return report.kind === "full" ? report.items : [];
    },

    published: (name) =>
      new Promise((resolve) => {
        const report = reports.get(uriOf(name));
        if (report) resolve(report);
        else waiting.set(uriOf(name), resolve);
      }),

    async codeActions(name, diagnostic) {
      const actions = await connection.sendRequest<(CodeAction | Command)[] | null>(
        "textDocument/codeAction",
        {
          textDocument: { uri: uriOf(name) },
          range: diagnostic.range,
          context: { diagnostics: [diagnostic] },
        },
      );
      return (actions ?? []).map((action) =>
        typeof action.command === "string" ? { title: action.title, command: action as Command } : action,
      ) as CodeAction[];
    },

    async choose({ edit, command }) {
      if (edit) await applyWorkspaceEdit(edit);
      if (!command) return;
      const answer = connection.sendRequest("workspace/executeCommand", { ...command });
      // Semgrep never answers the command that goes with its fix; the edit was all there is.
      if (edit) answer.catch(() => undefined);
      else await answer;
    },

    async close() {
      const exited = once(server, "exit");
      // Semgrep does not answer this either, but ends.
      connection.sendRequest("shutdown").catch(() => undefined);
      await connection.sendNotification("exit");
      await exited;
      connection.dispose();
    },
  };
}
