import { Cursor } from "../../language/bytes.js";
import type { Mojo } from "../mojo.js";

/** Calibration of probabilities, after Platt or by an isotonic regression, where a model has it. */
export function checkCalibration(mojo: Mojo): void {
  const { info, findings, details } = mojo;
  if (info.raw("calib_method") === undefined) {
    if (details?.parameter("calibrate_model") === true) {
      findings.add("calibration", "The model was calibrated in training; the archive holds no calibration.", {
        entry: info.entry,
      });
    }
    return;
  }
  const method = info.word("calib_method", ["platt", "isotonic"]);
  if (method === "isotonic") checkIsotonic(mojo);
  else if (method === "platt") {
    const beta = info.doubles("calib_glm_beta");
    if (beta && beta.length !== 2)
      findings.add(
        "calibration",
        `calib_glm_beta has ${beta.length} numbers, not 2.`,
        info.where("calib_glm_beta"),
      );
  }
}

/** Steps of an isotonic regression: neither x nor y falls, and the range is that of x. */
export function checkIsotonic({ folder, info, findings }: Mojo): void {
  const x = readDoubles("calib/thresholds_x");
  const y = readDoubles("calib/thresholds_y");
  const range = [info.double("calib_min_x"), info.double("calib_max_x")] as const;
  if (!x || !y) return;
  const report = (message: string, name = "calib/thresholds_x") => {
    findings.add("calibration", message, { entry: folder.full(name) });
  };
  if (x.length !== y.length) report(`There are ${x.length} thresholds of x and ${y.length} of y.`);
  if (x.some((value, index) => !(value >= (x[index - 1] ?? -Infinity)))) report("The thresholds of x fall.");
  if (y.some((value, index) => !(value >= (y[index - 1] ?? -Infinity))))
    report("The thresholds of y fall.", "calib/thresholds_y");
  if (range[0] !== undefined && range[1] !== undefined && (range[0] !== x[0] || range[1] !== x.at(-1))) {
    report(
      `calib_min_x and calib_max_x are ${range[0]} and ${range[1]}; the thresholds go from ${x[0] ?? "none"} to ${x.at(-1) ?? "none"}.`,
    );
  }

  function readDoubles(name: string): Float64Array | undefined {
    const bytes = folder.need(name, "calibration");
    if (!bytes) return undefined;
    const cursor = new Cursor(bytes, false);
    const count = bytes.length >= 4 ? cursor.i32() : -1;
    if (count < 0 || bytes.length !== 4 + count * 8) {
      findings.add(
        "calibration",
        `It has ${bytes.length} bytes, which is not a count and that many numbers.`,
        { entry: folder.full(name) },
      );
      return undefined;
    }
    const values = new Float64Array(count);
    for (let index = 0; index < count; index++) values[index] = cursor.f64();
    return values;
  }
}
