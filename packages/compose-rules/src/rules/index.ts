import maxJvmHeapRatio from "./max-jvm-heap-ratio.js";

export const rules = { "max-jvm-heap-ratio": maxJvmHeapRatio };
