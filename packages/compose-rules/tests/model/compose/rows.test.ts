import { expect, test } from "vitest";
import { readProject } from "../../../src/model/compose/project.js";
import { cellOf } from "../../support/cells.js";
import { rowCase } from "../../support/compose-cases.js";
import { describeProject, HOME } from "../../support/compose-oracle.js";
import { memoryDisk } from "../../support/parse.js";
import { table } from "../../support/tables.js";

const FOLDER = "/project";

test.each(table("compose.tsv"))(
  "%s %s is %s, as Compose's own loader has it",
  (kind = "", input = "", expected = "") => {
    const { files, variables = {} } = rowCase([kind, input]);
    const environment = { variables: new Map(Object.entries(variables)), isComplete: true, home: HOME };
    const disk = memoryDisk(files, FOLDER);
    const project = readProject({ files: ["/project/compose.yaml"], directory: FOLDER, environment }, disk);
    expect(cellOf(kind, describeProject(project), FOLDER)).toBe(expected);
  },
);
