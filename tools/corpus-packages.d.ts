/** SHA-256 of the archive pins the content; the versions are for people. */
export declare const PACKAGES: readonly [{
    readonly registry: "pypi";
    readonly name: "apache-airflow-core";
    readonly version: "3.3.2";
    readonly sha256: "99258922bccec15be4700ff89f3c942b8acd93407e263c287ce863e671bb3c50";
}, {
    readonly registry: "pypi";
    readonly name: "dagster";
    readonly version: "1.13.29";
    readonly sha256: "65f7bf2f52c0c1219cb1ca63a1f0f95a1af83d12e94ebec7598e47ee49889859";
}, {
    readonly registry: "pypi";
    readonly name: "langflow-base";
    readonly version: "1.13.0";
    readonly sha256: "e15db23e16cf27d6d1ac8fcc5030cf25ad3a04356a9581862b4e97de739dd3a2";
}, {
    readonly registry: "pypi";
    readonly name: "litellm";
    readonly version: "1.109.1";
    readonly sha256: "1c8b4dd671fa0cd0850aa751678704ff77e595fb1e6085b2dc3be39ee19bdaaf";
}, {
    readonly registry: "pypi";
    readonly name: "mage-ai";
    readonly version: "0.9.80";
    readonly sha256: "1be6e3d0969d9724ee0742d5167ba188273691cad76ddd04857f3a9fd0a8f437";
}, {
    readonly registry: "pypi";
    readonly name: "matrix-synapse";
    readonly version: "1.163.2";
    readonly sha256: "6cecae98b6e1b55dd68e689329cf1677cba103d4160c320f04b26bd081ff1558";
}, {
    readonly registry: "pypi";
    readonly name: "mlflow-skinny";
    readonly version: "3.17.2";
    readonly sha256: "31be9190494212ccd94774170fd06f6fe04d209aae3923eefd16f9bf7830d63c";
}, {
    readonly registry: "pypi";
    readonly name: "prefect";
    readonly version: "3.9.1";
    readonly sha256: "0c662e26e971b617993eed1f3d02fb8bc3c2dd47bee521b495f6e4dfeb38ae74";
}, {
    readonly registry: "pypi";
    readonly name: "skyvern";
    readonly version: "1.0.56";
    readonly sha256: "821e7bee0dc642a0a609eac45b656a0a96690592a240058bd3153177c1c77d40";
}, {
    readonly registry: "npm";
    readonly name: "graphile-worker";
    readonly version: "0.18.0";
    readonly sha256: "f6eb86e15119e649a2c540bfc982aa17bc9072707950081729e95dfd0677a865";
}];
type Package = (typeof PACKAGES)[number];
/** Downloads and unpacks a package once; the directory of its content. */
export declare function fetchPackage({ registry, name, version, sha256 }: Package): string;
export {};
