import { describe, expect, it } from "vitest";
import { modulesOf } from "../../src/model/project/modules.js";

const KNOWN = new Set(["redis", "time"]);

describe("modulesOf", () => {
  const files = [
    "apps/api/main.py",
    "apps/api/services/__init__.py",
    "apps/api/services/users.py",
    "apps/worker/main.py",
    "apps/worker/services/__init__.py",
    "apps/worker/redis.py",
    "libs/shared/src/shared_lib/__init__.py",
    "libs/shared/src/shared_lib/http.py",
    "libs/shared/src/space/tools.py",
    "docker/redis/entry.py",
    "redis/entry.py",
    "stubs/only.pyi",
    "pkg/__init__.py",
    "pkg/time.py",
    "pkg/deep/inner.py",
  ];
  const modules = modulesOf(files, KNOWN);

  it.each([
    // Each app of a repository has its own packages.
    ["apps/api/main.py", "services.users", "apps/api/services/users"],
    ["apps/worker/main.py", "services", "apps/worker/services"],
    ["apps/worker/main.py", "services.users", undefined],
    // A src layout elsewhere in the tree, regular and namespace packages.
    ["apps/api/main.py", "shared_lib.http", "libs/shared/src/shared_lib/http"],
    ["apps/api/main.py", "space.tools", "libs/shared/src/space/tools"],
    ["libs/shared/src/shared_lib/http.py", "shared_lib", "libs/shared/src/shared_lib"],
    // What is not inside a package is searched for upward.
    ["apps/api/main.py", "pkg.deep.inner", "pkg/deep/inner"],
    ["apps/api/main.py", "stubs.only", "stubs/only"],
    // A module of a package is no top-level module, nor is a folder of scripts another distribution.
    ["pkg/deep/inner.py", "time", undefined],
    ["apps/api/main.py", "redis", undefined],
    ["apps/worker/main.py", "redis", undefined],
    ["apps/api/main.py", "nowhere", undefined],
  ])("in %s, %s is %s", (from, dotted, expected) => {
    expect(modules.absolute(from, dotted)).toBe(expected);
  });

  it("goes up for every further dot", () => {
    expect(modules.relative("pkg/deep/inner.py", 1)).toBe("pkg/deep");
    expect(modules.relative("pkg/deep/inner.py", 2)).toBe("pkg");
    expect(modules.relative("pkg/__init__.py", 1)).toBe("pkg");
    expect(modules.relative("main.py", 2)).toBeUndefined();
  });

  it("finds what another distribution of the repository adds to a package", () => {
    const shop = ["src/shop/__init__.py", "src/shop/app.py", "run.py"];
    const added = ["packages/client/src/shop/client/__init__.py", "packages/evals/src/shop/evals/run.py"];
    const parts = modulesOf([...shop, ...added], KNOWN);
    expect(parts.absolute("run.py", "shop.client")).toBe("packages/client/src/shop/client");
    expect(parts.absolute("packages/client/src/shop/client/__init__.py", "shop.evals.run")).toBe("packages/evals/src/shop/evals/run"); // prettier-ignore
    expect(parts.absolute("run.py", "shop.app")).toBe("src/shop/app");
    expect(parts.absolute("src/shop/app.py", "shop.app")).toBe("src/shop/app");
    expect(parts.absolute("run.py", "shop.missing")).toBeUndefined();
    // A package of its own that is called the same is another one, and of two nobody knows which.
    const other = modulesOf([...shop, "other/src/shop/__init__.py", "other/src/shop/client.py"], KNOWN);
    expect(other.absolute("src/shop/app.py", "shop.client")).toBeUndefined();
    const twice = modulesOf([...shop, "a/src/shop/client.py", "b/src/shop/client.py"], KNOWN);
    expect(twice.absolute("run.py", "shop.client")).toBeUndefined();
  });

  it("prefers sources to stubs", () => {
    expect(modulesOf(["a.pyi", "a.py"], KNOWN).fileOf("a")).toBe("a.py");
    expect(modulesOf(["a.py", "a.pyi"], KNOWN).fileOf("a")).toBe("a.py");
  });

  it("runs no file that a package of its name hides, unless it may be run by its path", () => {
    const hidden = modulesOf(["a/__init__.py", "a/b.py", "a/b/__init__.py", "a/c.py", "a/c/d.py", "a/e.pyi", "app.py", "app/__init__.py"], KNOWN); // prettier-ignore
    const files = ["a/b.py", "a/b/__init__.py", "a/c.py", "a/e.pyi", "app.py"];
    expect(files.filter((file) => hidden.isNeverRun(file))).toEqual(["a/b.py", "a/e.pyi"]);
    expect(hidden.absolute("app.py", "a.b")).toBe("a/b");
    expect(hidden.fileOf("a/b")).toBe("a/b/__init__.py");
  });
});
