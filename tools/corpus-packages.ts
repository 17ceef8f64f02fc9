/** Pinned real packages, downloaded with the user's own pip and npm into a cache and never committed. */
import { contentOf } from "../packages/sql-rules/tests/oracles/corpora.js";

/** SHA-256 of the archive pins the content; the versions are for people. */
export const PACKAGES = [
  {
    registry: "pypi",
    name: "apache-airflow-core",
    version: "3.3.2",
    sha256: "99258922bccec15be4700ff89f3c942b8acd93407e263c287ce863e671bb3c50",
  },
  {
    registry: "pypi",
    name: "dagster",
    version: "1.13.29",
    sha256: "65f7bf2f52c0c1219cb1ca63a1f0f95a1af83d12e94ebec7598e47ee49889859",
  },
  {
    registry: "pypi",
    name: "langflow-base",
    version: "1.13.0",
    sha256: "e15db23e16cf27d6d1ac8fcc5030cf25ad3a04356a9581862b4e97de739dd3a2",
  },
  {
    registry: "pypi",
    name: "litellm",
    version: "1.109.1",
    sha256: "1c8b4dd671fa0cd0850aa751678704ff77e595fb1e6085b2dc3be39ee19bdaaf",
  },
  {
    registry: "pypi",
    name: "mage-ai",
    version: "0.9.80",
    sha256: "1be6e3d0969d9724ee0742d5167ba188273691cad76ddd04857f3a9fd0a8f437",
  },
  {
    registry: "pypi",
    name: "matrix-synapse",
    version: "1.163.2",
    sha256: "6cecae98b6e1b55dd68e689329cf1677cba103d4160c320f04b26bd081ff1558",
  },
  {
    registry: "pypi",
    name: "mlflow-skinny",
    version: "3.17.2",
    sha256: "31be9190494212ccd94774170fd06f6fe04d209aae3923eefd16f9bf7830d63c",
  },
  {
    registry: "pypi",
    name: "prefect",
    version: "3.9.1",
    sha256: "0c662e26e971b617993eed1f3d02fb8bc3c2dd47bee521b495f6e4dfeb38ae74",
  },
  {
    registry: "pypi",
    name: "skyvern",
    version: "1.0.56",
    sha256: "821e7bee0dc642a0a609eac45b656a0a96690592a240058bd3153177c1c77d40",
  },
  {
    registry: "npm",
    name: "graphile-worker",
    version: "0.18.0",
    sha256: "f6eb86e15119e649a2c540bfc982aa17bc9072707950081729e95dfd0677a865",
  },
] as const;

/** Downloads and unpacks a package once; the directory of its content. */
export const fetchPackage = (one: (typeof PACKAGES)[number]): string => contentOf(one);
