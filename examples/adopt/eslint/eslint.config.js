import orchestrator from "eslint-plugin-orchestrator";

export default [...orchestrator.configs.recommended];
