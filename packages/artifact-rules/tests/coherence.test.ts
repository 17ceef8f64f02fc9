import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { checkCoherence, gatherPins, readPins, type PinFile, type PinText } from "../src/index.js";

const HASH = `--hash=sha256:${"0".repeat(64)}`;

/** What each file says: its releases, "open" for what is not exact, "?" for a variable that is not known. */
const FILES: readonly (readonly [file: string, text: string, said: readonly string[]])[] = [
  // pip
  ["requirements.txt", "h2o==3.46.0.7\n", ["training 3.46.0.7"]],
  ["requirements.txt", "H2O == 3.46.0.7 # the model's\n", ["training 3.46.0.7"]],
  ["requirements.txt", "h2o===3.46.0.7\r\n", ["training 3.46.0.7"]],
  ["requirements.txt", `h2o==3.46.0.7 \\\n    ${HASH} \\\n    ${HASH}\n`, ["training 3.46.0.7"]],
  ["requirements.txt", "h2o==3.46.0.7 ; python_version >= '3.9'\n", ["training 3.46.0.7"]],
  ["requirements.txt", "h2o \\\n  == 3.46.0.7\n", ["training 3.46.0.7"]],
  ["requirements.txt", "h2o[extra]==3.46.0.7\n", ["training 3.46.0.7"]],
  ["requirements.txt", "h2o>=3.46\n", ["training open"]],
  ["requirements.txt", "h2o\n", ["training open"]],
  [
    "requirements.txt",
    `h2o \\\n    ${HASH}\nh2o[extra] \\\n    ${HASH}\n`,
    ["training open", "training open"],
  ],
  ["requirements.txt", "h2o==3.46.0.*\n", ["training open"]],
  ["requirements.txt", "h2o==3.46.0\n", ["training open"]],
  ["requirements.txt", "h2o~=3.46.0.7\n", ["training open"]],
  ["requirements.txt", "h2o>=3.46.0.7,<3.47\n", ["training open"]],
  [
    "requirements.txt",
    "h2o @ https://repo.example/h2o-3.46.0.7-py2.py3-none-any.whl\n",
    ["training 3.46.0.7"],
  ],
  ["requirements.txt", "https://repo.example/h2o-3.46.0.7-py2.py3-none-any.whl\n", ["training 3.46.0.7"]],
  ["requirements.txt", "# h2o==3.46.0.7\n-e .\nh2o-wave==1.0\nh2o_pysparkling==3.46.0.7\n", []],
  ["requirements.txt", "--find-links https://repo.example\n-i https://repo.example/simple\nnumpy\n", []],
  ["requirements/train.in", "h2o==3.46.0.7", ["training 3.46.0.7"]],
  ["constraints.txt", "h2o==3.44.0.3\nnumpy==1\n", ["training 3.44.0.3"]],
  ["requirements.txt", "\ufeffh2o==3.46.0.7\n", ["training 3.46.0.7"]],
  ["requirements.txt", "# a comment \\\nh2o==3.46.0.7\n", ["training 3.46.0.7"]],
  ["requirements.txt", "h2o=={{ version }}\n", ["training ?"]],
  ["requirements.txt", "h2o==v3.46.0.7\n", ["training 3.46.0.7"]],
  ["requirements.txt", "h2o=3.46.0.7\nh2o 3.46.0.7\n", ["training open", "training open"]],
  ["requirements.txt", "h2o==`cat VERSION`\nh2o$SPEC\n", ["training ?", "training ?"]],
  [
    "docs/software-requirements.txt",
    "H2O must be installed\nH2O, 3.46\nH2O 3 is a platform\nH2O (a platform)\nh2o > water\nh2o; it is wet\nh2o@acme.io\n",
    [],
  ],
  ["docs/constraints.txt", "h2o consumption has to stay below 4 l\n", []],
  // pyproject.toml
  ["pyproject.toml", '[project]\ndependencies = ["h2o==3.46.0.7", "numpy"]\n', ["training 3.46.0.7"]],
  ["pyproject.toml", '[project.optional-dependencies]\ntrain = [\n  "h2o>=3.46",\n]\n', ["training open"]],
  ["pyproject.toml", '[dependency-groups]\ntrain = ["h2o==3.46.0.7"]\n', ["training 3.46.0.7"]],
  ["pyproject.toml", '[tool.poetry.dependencies]\nh2o = "3.46.0.7"\n', ["training 3.46.0.7"]],
  ["pyproject.toml", '[tool.poetry.dependencies]\nh2o = "^3.46.0.7"\n', ["training open"]],
  [
    "pyproject.toml",
    '[tool.poetry.dependencies]\nh2o = { version = "==3.46.0.7", extras = ["a"] }\n',
    ["training 3.46.0.7"],
  ],
  ["pyproject.toml", '[tool.poetry.group.train.dependencies.h2o]\nversion = "*"\n', ["training open"]],
  ["pyproject.toml", '[tool.pdm.dev-dependencies]\ntrain = ["h2o==3.46.0.7"]\n', ["training 3.46.0.7"]],
  ["pyproject.toml", '[tool.hatch.envs.default]\ndependencies = ["h2o==3.46.0.7"]\n', ["training 3.46.0.7"]],
  [
    "pyproject.toml",
    '[tool.uv]\ndev-dependencies = ["h2o==3.46.0.7"]\noverride-dependencies = ["h2o>=3"]\n',
    ["training 3.46.0.7", "training open"],
  ],
  ["pyproject.toml", '[project]\nname = "h2o"\ndescription = "h2o==1"\nkeywords = ["h2o"]\n', []],
  ["pyproject.toml", '[tool.other]\nlist = ["h2o==3.46.0.7"]\n', []],
  [
    "pyproject.toml",
    '[tool.poetry.dependencies]\nh2o = { url = "https://repo.example/h2o-3.44.0.3-py2.py3-none-any.whl" }\n[tool.poetry.group.a.dependencies]\nh2o = { git = "https://repo.example/h2o.git" }\n',
    ["training 3.44.0.3", "training ?"],
  ],
  // setup.py, setup.cfg
  [
    "setup.py",
    'setup(author_email="h2o@acme.io", name="h2o>=3", install_requires=["h2o==" + VERSION])\n',
    ["training ?"],
  ],
  [
    "setup.py",
    'REQUIRED: list = ["numpy"]\nREQUIRED += ["h2o==3.46.0.7"]\nEXTRAS = {"h2o": ["h2o"]}\nEXTRAS["all"] = REQUIRED\nOTHER = ["h2o>3"]\nsetup(install_requires=read("h2o") + REQUIRED, extras_require=EXTRAS)\n',
    ["training 3.46.0.7", "training open"],
  ],
  [
    "setup.py",
    'V = "3.46.0.7"\nsetup(tests_require=[f"h2o=={V}", "h2o==%s" % V, "h2o=={}".format(V)], setup_requires="""\n  numpy\n  h2o==3.46.0.7\n""")\n',
    ["training ?", "training ?", "training ?", "training 3.46.0.7"],
  ],
  ["setup.py", 'setup(**{"install_requires": ["h2o"]}, description="h2o>=3")\n', ["training open"]],
  ["setup.py", 'setup(install_requires=["h2o==3.46.0.7", "numpy"])\n', ["training 3.46.0.7"]],
  ["setup.py", "setup(extras_require={'train': ['h2o>=3.46']}, name='h2o')\n", ["training open"]],
  ["setup.cfg", "[options]\ninstall_requires =\n    h2o==3.46.0.7\n    numpy\n", ["training 3.46.0.7"]],
  ["setup.cfg", "[options]\ninstall_requires =\n    h2o\n", ["training open"]],
  ["setup.cfg", "[options.extras_require]\nall = h2o==3.46.0.7\n", ["training 3.46.0.7"]],
  ["setup.cfg", "[metadata]\nname = h2o\nkeywords =\n    h2o\n[tool:pytest]\nmarkers =\n    h2o: slow\n", []],
  // Pipenv and lock files
  [
    "Pipfile",
    '[training]\nh2o = "*"\n[scripts]\nh2o = "python h2o.py"\n[requires]\nh2o = "1"\n',
    ["training open"],
  ],
  ["Pipfile", '[packages]\nh2o = "==3.46.0.7"\n', ["training 3.46.0.7"]],
  ["Pipfile", '[dev-packages]\nh2o = "*"\n', ["training open"]],
  ["Pipfile", '[packages]\nh2o = {version = "==3.46.0.7", index = "pypi"}\n', ["training 3.46.0.7"]],
  [
    "Pipfile.lock",
    '{"default": {"h2o": {"hashes": ["sha256:0"], "index": "pypi", "version": "==3.46.0.7"}}}',
    ["training 3.46.0.7"],
  ],
  [
    "poetry.lock",
    '[[package]]\nname = "h2o"\nversion = "3.46.0.7"\n\n[[package]]\nname = "numpy"\nversion = "1.0"\n',
    ["training 3.46.0.7"],
  ],
  [
    "uv.lock",
    'version = 1\n[[package]]\nname = "h2o"\nversion = "3.46.0.7"\nsource = { registry = "x" }\n',
    ["training 3.46.0.7"],
  ],
  [
    "pdm.lock",
    '[[package]]\nname = "numpy"\nversion = "1"\n[[package]]\nname = "h2o"\nversion = "3.46.0.7"\n',
    ["training 3.46.0.7"],
  ],
  // conda
  ["environment.yml", "dependencies:\n  - python=3.11\n  - h2o=3.46.0.7\n", ["training 3.46.0.7"]],
  ["environment.yml", "dependencies:\n  - h2oai::h2o=3.46.0.7=py_0\n", ["training 3.46.0.7"]],
  ["environment.yml", "dependencies:\n  - h2o=3.46\n", ["training open"]],
  ["environment.yml", 'dependencies:\n  - pip:\n      - "h2o==3.46.0.7"\n', ["training 3.46.0.7"]],
  ["environment.yml", "dependencies:\n  - h2o\n", ["training open"]],
  [
    "conda-lock.yml",
    "package:\n- name: h2o\n  version: 3.46.0.7\n  manager: conda\n- name: numpy\n  version: 1.26.0\n",
    ["training 3.46.0.7"],
  ],
  [
    "environment.yml",
    'dependencies: [python=3.11, h2o=3.46.0.7, "h2o>=3,<4", h2o-wave=1]\n',
    ["training 3.46.0.7", "training open"],
  ],
  [
    "environment.yml",
    "name: h2o\ndependencies:\n  - h2o[version='3.46.0.7']\n  - h2o[version='>=3.46',build=py_0]\n  - pip:\n      - -c c.txt\n      - h2o; python_version > '3.8' # why\n",
    ["training 3.46.0.7", "training open", "training open"],
  ],
  ["environment.yml", "services:\n  api:\n    depends_on:\n      - h2o\n", []],
  // Dockerfiles
  ["Dockerfile", "FROM x\nRUN echo 'pip install h2o' && printf \"pip install h2o\"\n", []],
  ["Dockerfile", "FROM x\nRUN echo start && pip install h2o\n", ["training open"]],
  ["Jenkinsfile", "// sh 'pip install h2o'\nsh 'pip install h2o==3.46.0.7'\n", ["training 3.46.0.7"]],
  [
    "Dockerfile",
    "FROM python:3.11\nRUN pip install --no-cache-dir h2o==3.46.0.7 numpy\n",
    ["training 3.46.0.7"],
  ],
  [
    "Dockerfile",
    "FROM python:3.11\nARG H2O=3.46.0.7\nRUN pip install \\\n    numpy \\\n    h2o==${H2O}\n",
    ["training 3.46.0.7"],
  ],
  [
    "Dockerfile",
    'FROM python:3.11\nENV H2O_VERSION=3.46.0.7\nRUN python -m pip install "h2o==$H2O_VERSION" && true\n',
    ["training 3.46.0.7"],
  ],
  ["Dockerfile", "FROM python:3.11\nARG H2O\nRUN pip install h2o==$H2O\n", ["training ?"]],
  [
    "Dockerfile",
    "ARG H2O=3.46.0.7\nFROM python:3.11\nARG H2O\nRUN pip install h2o==${H2O}\n",
    ["training 3.46.0.7"],
  ],
  ["Dockerfile", "FROM python:3.11\nRUN uv pip install h2o && echo h2o==1\n", ["training open"]],
  ["Dockerfile", "FROM python:3.11\nRUN <<EOF\npip install h2o==3.46.0.7\nEOF\n", ["training 3.46.0.7"]],
  [
    "Dockerfile",
    "FROM x AS a\nRUN curl -o g.jar https://repo.example/ai/h2o/h2o-genmodel/3.46.0.7/h2o-genmodel-3.46.0.7.jar\n",
    ["jar 3.46.0.7"],
  ],
  [
    "Dockerfile",
    "FROM x\nARG V=3.46.0.7\nRUN wget https://repo.example/ai/h2o/h2o-genmodel/$V/h2o-genmodel-$V.jar\n",
    ["jar 3.46.0.7"],
  ],
  [
    "Dockerfile",
    "FROM x\nADD https://repo.example/ai/h2o/h2o-genmodel/3.46.0.7/h2o-genmodel-3.46.0.7.jar /app/\n",
    ["jar 3.46.0.7"],
  ],
  [
    "service.Dockerfile",
    "FROM x\nRUN mvn dependency:get -Dartifact=ai.h2o:h2o-genmodel:3.46.0.7\n",
    ["jar 3.46.0.7"],
  ],
  ["Dockerfile.api", "FROM x\nCOPY --from=train /models/h2o-genmodel-3.46.0.7.jar /app/\n", ["jar 3.46.0.7"]],
  ["Dockerfile", "FROM x\nCOPY h2o-genmodel.jar /app/\n# RUN pip install h2o==3.46.0.7\n", []],
  [
    "Dockerfile",
    "FROM python:3.11\nENV V=3.46 FULL=$V.0.7\nRUN pip install h2o==$FULL\n",
    ["training 3.46.0.7"],
  ],
  ["Dockerfile", "FROM python:3.11\nRUN a && \\\n  # pip install h2o\n  b\n", []],
  ["Dockerfile", "FROM python:3.11\nRUN pip install -c c.txt h2o\n", ["training ?"]],
  // Continued lines, comments and blank lines in them
  [
    "Dockerfile",
    "FROM x\nRUN pip install --no-cache-dir \\\n    # ML\n\n    h2o \\\r\n    numpy\n",
    ["training open"],
  ],
  [
    "Dockerfile",
    "# escape=`\nFROM x\nRUN pip install `\n  h2o==3.44.0.3 `\n  numpy\n",
    ["training 3.44.0.3"],
  ],
  [
    "Dockerfile",
    'FROM x\nRUN echo "a # b" && pip install h2o==3.46.0.7 # h2o==3.44.0.3\n',
    ["training 3.46.0.7"],
  ],
  [
    "Dockerfile",
    "FROM x\nRUN <<EOF bash\nset -e\npip install \\\n  h2o==3.44.0.3 # why\nEOF\nRUN cat <<EOF > a\npip install h2o\nEOF\n",
    ["training 3.44.0.3"],
  ],
  [
    "Dockerfile",
    'FROM x\nONBUILD RUN pip install h2o\nRUN ["bash", "-lc", "pip install h2o==3.46.0.7"]\n',
    ["training open", "training 3.46.0.7"],
  ],
  [
    "Dockerfile",
    "FROM x\nRUN --mount=type=cache,target=/var/cache/pip if true; then sudo -H /opt/bin/pip3.11 --quiet install h2o; fi\n",
    ["training open"],
  ],
  // Values of options are no packages
  [
    "Dockerfile",
    "FROM x\nRUN conda install -n h2o -c h2oai numpy && conda create -y --name h2o h2o=3.46.0.7\n",
    ["training 3.46.0.7"],
  ],
  [
    "Dockerfile",
    "FROM x\nRUN uv add --group h2o numpy && poetry add -G h2o h2o==3.46.0.7 && pdm add -G h2o numpy\n",
    ["training 3.46.0.7"],
  ],
  [
    "Dockerfile",
    "FROM x\nRUN pip install --target h2o -e h2o --prefix=h2o numpy h2o/ ./h2o && pip uninstall -y h2o\n",
    [],
  ],
  [
    "Dockerfile",
    'FROM x\nRUN pip install h2o==`cat VERSION` "h2o==$(cat VERSION)" h2o=="3.46.0.7"\n',
    ["training ?", "training ?", "training 3.46.0.7"],
  ],
  ["Dockerfile", "FROM x\nENV PIP_CONSTRAINT=/c.txt\nRUN pip install h2o\n", ["training ?"]],
  [
    "Dockerfile",
    "FROM x\nRUN PIP_CONSTRAINT=/c.txt pip install h2o\nRUN pip install h2o\n",
    ["training ?", "training open"],
  ],
  // The shell's own variables
  [
    "Dockerfile",
    "FROM x\nARG V=3.44.0.3\nRUN V=3.46.0.7 && pip install h2o==$V\nRUN pip install h2o==$V\n",
    ["training 3.46.0.7", "training 3.44.0.3"],
  ],
  [
    "Dockerfile",
    "FROM x\nARG V=3.44.0.3\nRUN if x; then V=3.46.0.7; fi; pip install h2o==$V\nRUN export V=3.46.0.1; pip install h2o==$V\n",
    ["training ?", "training 3.46.0.1"],
  ],
  // Jars by other ways
  ["Dockerfile", "FROM x\nCOPY lib/h2o-genmodel-ext-xgboost-3.44.0.3.jar /app/\n", ["jar 3.44.0.3"]],
  [
    "Dockerfile",
    "FROM x\nARG V=3.44.0.3\nRUN mvn dependency:get -DgroupId=ai.h2o -DartifactId=h2o-genmodel -Dversion=$V && mvn dependency:get -DgroupId=org.other -DartifactId=h2o -Dversion=1.2.3.4\n",
    ["jar 3.44.0.3"],
  ],
  [
    "Dockerfile",
    "FROM x\nRUN mvn dependency:get -Dartifact=ai.h2o:h2o-genmodel:LATEST\nRUN mvn dependency:get -Dartifact=ai.h2o:h2o-genmodel:3.46.0.7:jar\n",
    ["jar open", "jar 3.46.0.7"],
  ],
  ...["[3.40,)", "[3.44.0.1,3.45)", "3.46", "LATEST"].map((version): (typeof FILES)[number] => [
    "pom.xml",
    `<dependency><groupId>ai.h2o</groupId><artifactId>h2o-genmodel</artifactId><version>${version}</version></dependency>`,
    ["jar open"],
  ]),
  [
    "pom.xml",
    "<dependency><groupId>ai.h2o</groupId><artifactId>h2o-genmodel</artifactId><version>[3.44.0.3]</version></dependency>",
    ["jar 3.44.0.3"],
  ],
  [
    "pom.xml",
    "<dependency><groupId>a</groupId><artifactId>b</artifactId><version>1.2.3.4</version><exclusions><exclusion><groupId>ai.h2o</groupId><artifactId>h2o-genmodel</artifactId></exclusion></exclusions></dependency>",
    [],
  ],
  [
    "pom.xml",
    "<properties><h2o-version>3.46.0.7</h2o-version></properties><dependency><groupId>ai.h2o</groupId><artifactId>h2o-genmodel</artifactId><version>${h2o-version}</version></dependency><dependency><groupId>ai.h2o</groupId><artifactId>h2o-genmodel</artifactId><version>${parent.version}</version></dependency>",
    ["jar 3.46.0.7", "jar ?"],
  ],
  [
    "build.gradle",
    "implementation 'ai.h2o:h2o-genmodel:3.46.0.+'\nimplementation 'ai.h2o:h2o-genmodel:+'\nimplementation 'ai.h2o:h2o-genmodel:[3.46.0.1,3.47['\nimplementation 'ai.h2o:h2o-genmodel:latest.release'\n",
    ["jar open", "jar open", "jar open", "jar open"],
  ],
  [
    "build.gradle",
    "def h2oVersion = '3.44.0.3'\nimplementation \"ai.h2o:h2o-genmodel:$h2oVersion\"\nimplementation \"ai.h2o:h2o-genmodel:${rootProject.ext.h2oVersion}\"\nimplementation 'ai.h2o:h2o-genmodel:' + other\nimplementation group: 'ai.h2o', name: 'h2o-genmodel', version: h2oVersion\n",
    ["jar 3.44.0.3", "jar 3.44.0.3", "jar ?", "jar 3.44.0.3"],
  ],
  // Scripts of pipelines
  [
    ".github/workflows/ci.yml",
    "jobs:\n  a:\n    steps:\n      - run: >\n          pip install\n          h2o\n          numpy\n      - run: pip install\n          h2o==3.46.0.7\n",
    ["training open", "training 3.46.0.7"],
  ],
  [
    ".github/workflows/ci.yml",
    "jobs:\n  a:\n    steps:\n      - name: >\n          pip install h2o for tests\n        run: \"echo 'pip install h2o'\"\n      - uses: actions/cache@v4\n        with:\n          key: pip install h2o\n",
    [],
  ],
  [
    ".github/workflows/ci.yml",
    "env: {V: 3.40.0.1}\njobs:\n  a:\n    env: {V: 3.46.0.7}\n    steps:\n      - run: pip install h2o==$V\n      - env:\n          V: ${{ vars.X }}\n        run: pip install h2o==${{ env.V }}\n  b:\n    env:\n      V: 3.44.0.3\n    steps:\n      - run: |\n          cat <<EOF\n          x\n          EOF\n          pip install \\\n            h2o==${{ env.V }}\n  c:\n    steps:\n      - run: pip install h2o==$V\n",
    ["training 3.46.0.7", "training ?", "training 3.44.0.3", "training 3.40.0.1"],
  ],
  [
    ".gitlab-ci.yml",
    'variables:\n  V: 3.46.0.7\n.deps: &deps\n  - pip install h2o==$V\na:\n  variables:\n    V: {value: 3.44.0.3}\n  script:\n    - *deps\n    - echo "run pip install h2o"\nb:\n  before_script: [export W=3.46.0.1]\n  script:\n    - pip install\n      h2o==$W\n',
    ["training 3.44.0.3", "training 3.46.0.1"],
  ],
  [
    "azure-pipelines.yml",
    "variables:\n- name: v\n  value: 3.46.0.7\nsteps:\n- bash: pip install h2o==$(v) h2o==$(other)\n",
    ["training 3.46.0.7", "training ?"],
  ],
  [
    ".circleci/config.yml",
    'jobs:\n  a:\n    environment:\n      V: 3.46.0.7\n    steps:\n      - run: {name: pip install h2o, command: "pip install \\"h2o==$V\\""}\n',
    ["training 3.46.0.7"],
  ],
  [
    "Jenkinsfile",
    "environment { V = '3.46.0.7' }\nsh \"\"\"\n  pip install \\\n    h2o==${env.V}\n\"\"\"\nsh(script: 'pip install h2o', returnStdout: true)\necho 'pip install h2o'\n",
    ["training 3.46.0.7", "training open"],
  ],
  // Builds and pipelines
  [
    "pom.xml",
    "<dependency>\n<groupId>ai.h2o</groupId>\n<artifactId>h2o-genmodel</artifactId>\n<version>3.46.0.7</version>\n</dependency>",
    ["jar 3.46.0.7"],
  ],
  [
    "pom.xml",
    "<properties><h2o.version>3.46.0.7</h2o.version></properties><dependency><groupId>ai.h2o</groupId><artifactId>h2o-genmodel-ext-xgboost</artifactId><version>${h2o.version}</version></dependency>",
    ["jar 3.46.0.7"],
  ],
  ["build.gradle", "implementation 'ai.h2o:h2o-genmodel:3.46.0.7'\n", ["jar 3.46.0.7"]],
  [
    "build.gradle.kts",
    'implementation(group = "ai.h2o", name = "h2o-genmodel", version = "3.46.0.7")\n',
    ["jar 3.46.0.7"],
  ],
  [
    ".github/workflows/ci.yml",
    "env:\n  H2O_VERSION: 3.46.0.7\nsteps:\n  - run: pip install h2o==$H2O_VERSION\n",
    ["training 3.46.0.7"],
  ],
  [
    ".github/workflows/ci.yml",
    "steps:\n  # - run: pip install h2o\n  - name: pip install h2o\n    run: pip install h2o==${{ env.H2O }}\n",
    ["training ?"],
  ],
  [
    "pom.xml",
    "<artifactItem><version>3.46.0.7</version><type>jar</type><artifactId>h2o-genmodel</artifactId><groupId>ai.h2o</groupId></artifactItem>",
    ["jar 3.46.0.7"],
  ],
  [
    "pom.xml",
    "<dependency><groupId>a</groupId><version>1</version><dependency><groupId>ai.h2o</groupId>",
    [],
  ],
  [
    "gradle/libs.versions.toml",
    '[versions]\nh2o = "3.46.0.7"\nold = { strictly = "3.44.0.3" }\n[libraries]\na = { module = "ai.h2o:h2o-genmodel", version.ref = "h2o" }\nb = { group = "ai.h2o", name = "h2o-genmodel-ext-xgboost", version.ref = "old" }\nc = "ai.h2o:h2o-genmodel:3.46.0.6"\nd = { module = "ai.h2o:h2o-genmodel", version = "3.46.+" }\ne = { module = "org.other:h2o-genmodel", version.ref = "h2o" }\n',
    ["jar 3.46.0.7", "jar 3.44.0.3", "jar 3.46.0.6", "jar open"],
  ],
  ["Dockerfile", 'FROM x\nRUN ["pip", "install", "h2o==3.46.0.7"]\n', ["training 3.46.0.7"]],
  [
    "Dockerfile",
    "FROM x\nARG V=3.46.0.7\nRUN conda install -y -c h2oai h2oai::h2o=$V python=3.11 && mamba install h2o\n",
    ["training 3.46.0.7", "training open"],
  ],
  [
    "Dockerfile",
    "FROM x\nRUN poetry add h2o@3.46.0.7 && poetry add h2o@^3.46\n",
    ["training 3.46.0.7", "training open"],
  ],
  [
    "Dockerfile",
    "FROM x\nRUN wget https://repo.example/h2o/rel-3.46.0/7/h2o-3.46.0.7.zip && wget https://repo.example/h2o/latest_stable\n",
    ["training open", "training 3.46.0.7"],
  ],
  [
    ".github/workflows/ci.yml",
    'jobs:\n  a:\n    env: { A: 1, H2O: "3.46.0.7" }\n    steps:\n      - run: pip install h2o==${{ env.H2O }} h2o==${{ matrix.h2o }}\n',
    ["training 3.46.0.7", "training ?"],
  ],
  ["pom.xml", "<!-- ai.h2o:h2o-genmodel:3.44.0.3 -->", []],
  ["build.gradle", "// 'ai.h2o:h2o-genmodel:3.44.0.3'\n/* 'ai.h2o:h2o-genmodel:3.44.0.3' */\n", []],
  [
    ".gitlab-ci.yml",
    "script:\n  - curl -O https://repo.example/ai/h2o/h2o-genmodel/3.44.0.3/h2o-genmodel-3.44.0.3.jar\n",
    ["jar 3.44.0.3"],
  ],
];

const said = ({ pins }: PinFile) =>
  pins.map(({ role, version, isUnresolved }) => `${role} ${version ?? (isUnresolved ? "?" : "open")}`);
const coherence = (files: Record<string, string>, models: Record<string, string> = {}, isSecure = false) =>
  checkCoherence(
    new Map(Object.entries(files).map(([file, text]) => [file, readPins(file, text)!])),
    new Map(Object.entries(models)),
    { isSecure },
  );

describe("what a file says of h2o", () => {
  it.each(FILES)("%s: %j", (file, text, expected) => {
    const found = readPins(file, text)!;
    expect(said(found)).toEqual(expected);
    // The place is what is written there, and the release can be edited where it stands.
    for (const { versionRange, version, written } of found.pins)
      if (versionRange) expect(text.slice(...versionRange)).toBe(written ?? version);
  });

  it("covers its formats", () => {
    expect(FILES.length).toBeGreaterThanOrEqual(60);
  });

  it("reads what was made to be slow in time that grows with its length", () => {
    for (const unit of [
      "h2o-genmodel-",
      'pip install "h2o ',
      "/ai/h2o/h2o-genmodel/1.1/x",
      '"h2o":{',
      "${a:-",
      "<dependency>",
      "${{ env.",
      "run: $(",
      "RUN `",
      "\\\n# c\n",
      "- &a [*a]\n",
      "sh '",
      "<exclusions>",
      "RUN a=1;",
      "install_requires=[",
    ]) {
      for (const file of ["pom.xml", "ci.yml", "Jenkinsfile", "Dockerfile", "requirements.txt", "setup.py"]) {
        const started = performance.now();
        readPins(file, unit.repeat((1 << 18) / unit.length));
        expect(performance.now() - started, `${file} of ${unit}`).toBeLessThan(5_000);
      }
    }
  });

  it.each([
    ["pyproject.toml", "h2o = [", /no TOML/],
    ["Pipfile.lock", '{"default": {"h2o": {"version": "==3.46.0.7"', /no JSON/],
    ["Pipfile.lock", '{"default": {"numpy": {"version"', /no JSON/],
    ["poetry.lock", '<<<<<<< HEAD\n[[package]]\nname = "numpy"\n', /merge/],
    ["requirements.txt", "<<<<<<< HEAD\nh2o==3.46.0.7\n=======\nh2o==3.44.0.3\n>>>>>>> main\n", /merge/],
    ["environment.yml", "dependencies: [h2o", /no YAML/],
    [".gitlab-ci.yml", "script: [pip install h2o", /no YAML/],
    ["Dockerfile", `FROM x\nRUN pip install h2o; ${"f() {".repeat(20_000)}`, /too deep/],
  ])("says why it could not read %s", (file, text, reason) => {
    expect(readPins(file, text)?.unread).toMatch(reason);
  });
});

describe("what several files say", () => {
  it("is read without byte order marks, and with what has to be said of the reading", () => {
    const texts: Record<string, PinText> = {
      "requirements.txt": { text: "\uFEFFh2o==3.46.0.7\n", warning: "it is written in UTF-16" },
      "Pipfile.lock": { text: '{"default": {"h2o": {"version": "==3.46.0.7"' },
      "setup.cfg": { error: "it is no regular file" },
    };
    const { files, unread } = gatherPins(Object.keys(texts), (file) => texts[file]!);
    expect(files.get("requirements.txt")?.pins[0]?.range).toEqual([0, 13]);
    expect(unread.map(({ file, isPart }) => [file, isPart])).toEqual([
      ["requirements.txt", true],
      ["Pipfile.lock", true],
      ["setup.cfg", false],
    ]);
  });
});

const python = ["python3", "python"].find(
  (name) => spawnSync(name, ["-c", "import pip._vendor.packaging.requirements"]).status === 0,
);
if (python === undefined)
  console.log("NOT RUN: the comparison with pip's own parser, because there is no pip.");

describe.skipIf(python === undefined)("pip's own parser", () => {
  it("reads the same requirements as exact", () => {
    const lines = [
      "h2o==3.46.0.7",
      "H2O == 3.46.0.7",
      "h2o===3.46.0.7",
      "h2o[a,b]==3.46.0.7",
      "h2o == 3.46.0.7 ; python_version > '3'",
      "h2o(==3.46.0.7)",
      "h2o>=3.46.0.7",
      "h2o~=3.46.0.7",
      "h2o==3.46.0.*",
      "h2o!=3.46.0.7",
      "h2o<4,==3.46.0.7",
      "h2o",
      "h2o-wave==3.46.0.7",
      "h2o.x==3.46.0.7",
      "h2o_x==3.46.0.7",
      "numpy==1",
    ];
    const script = `
import json, sys
from pip._vendor.packaging.requirements import Requirement
from pip._vendor.packaging.utils import canonicalize_name
def exact(line):
    requirement = Requirement(line)
    if canonicalize_name(requirement.name) != "h2o":
        return None
    clauses = list(requirement.specifier)
    exact = [clause.version for clause in clauses if clause.operator in ("==", "===") and not clause.version.endswith("*")]
    if len(exact) == 1:
        return exact[0]
    return "open"
print(json.dumps([exact(line) for line in json.load(sys.stdin)]))
`;
    const { stdout } = spawnSync(python!, ["-c", script], { input: JSON.stringify(lines), encoding: "utf8" });
    const own = lines.map((line) => {
      const [pin] = readPins("requirements.txt", `${line}\n`)!.pins;
      return pin ? (pin.version ?? "open") : null;
    });
    expect(own).toEqual(JSON.parse(stdout));
  });
});

describe("coherence", () => {
  const rules = (...given: Parameters<typeof coherence>) =>
    coherence(...given).map(({ rule, file }) => `${file} ${rule}`);

  it("is kept where everything says one release", () => {
    expect(
      rules(
        { "requirements.txt": "h2o==3.46.0.7", "pom.xml": "ai.h2o:h2o-genmodel:3.46.0.7" },
        { "m.zip": "3.46.0.7" },
      ),
    ).toEqual([]);
  });

  it("is broken by whatever differs from the most, with every other place beside it and an edit", () => {
    const found = coherence(
      { "requirements.txt": "h2o==3.46.0.7\n", Dockerfile: "FROM x\nRUN pip install h2o==3.44.0.3\n" },
      { "m.zip": "3.46.0.7" },
    );
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      file: "Dockerfile",
      rule: "h2o-version-match",
      suggestion: { text: "3.46.0.7" },
    });
    expect(found[0]!.related.map(({ file }) => file)).toEqual(["requirements.txt", "m.zip"]);
  });

  it("sees the release inside a model, and takes what trains for right where it is even", () => {
    expect(rules({ "requirements.txt": "h2o==3.46.0.7" }, { "m.zip": "3.44.0.3" })).toEqual([
      "m.zip h2o-version-match",
    ]);
  });

  it("edits both places of a path", () => {
    const text =
      "FROM x\nADD https://repo.example/ai/h2o/h2o-genmodel/3.44.0.3/h2o-genmodel-3.44.0.3.jar /\nRUN pip install h2o==3.46.0.7\n";
    const { suggestion } = coherence({ Dockerfile: text }).find(({ rule }) => rule === "h2o-version-match")!;
    const [start, end] = suggestion!.range;
    expect(text.slice(0, start) + suggestion!.text + text.slice(end)).toBe(
      text.replaceAll("3.44.0.3", "3.46.0.7"),
    );
  });

  it("asks for one exact release, unless a lock or constraints file has it", () => {
    expect(rules({ "requirements.txt": "h2o>=3.46" })).toEqual(["requirements.txt h2o-exact-pin"]);
    expect(
      rules({ "a/requirements.txt": "h2o\n-c constraints.txt\n", "a/constraints.txt": "h2o==3.46.0.7" }),
    ).toEqual([]);
    expect(
      rules({
        "pyproject.toml": '[project]\ndependencies = ["h2o"]\n',
        "uv.lock": '[[package]]\nname = "h2o"\nversion = "3.46.0.7"\n',
      }),
    ).toEqual([]);
    expect(rules({ Dockerfile: "FROM x\nARG V\nRUN pip install h2o==$V\n" })).toEqual([]);
    const lock = { "conda-lock.yml": "package:\n- name: h2o\n  version: 3.46.0.7\n" };
    expect(rules({ "environment.yml": "dependencies:\n  - h2o\n", ...lock })).toEqual([]);
  });

  it("lets several releases stand that are never installed together", () => {
    const split = 'h2o==3.44.0.3; python_version < "3.8"\nh2o==3.46.0.7; python_version >= "3.8"\n';
    const poetry =
      '[tool.poetry.dependencies]\nh2o = [{version = "3.44.0.3", python = "<3.8"}, {version = "3.46.0.7", python = ">=3.8"}]\n';
    const lock = ["3.44.0.3", "3.46.0.7"].map((one) => `[[package]]\nname = "h2o"\nversion = "${one}"\n`);
    for (const file of [
      { "requirements.txt": split },
      { "pyproject.toml": poetry },
      { "uv.lock": lock.join("") },
    ])
      expect(rules(file, { "m.zip": "3.46.0.7" })).toEqual([]);
    // One of them has to be what the others say, and an edit would say one thing under both conditions.
    const found = coherence({ "requirements.txt": split }, { "m.zip": "3.40.0.1", "n.zip": "3.40.0.1" });
    expect(found.map(({ rule, suggestion }) => [rule, suggestion])).toEqual([
      ["h2o-version-match", undefined],
      ["h2o-version-match", undefined],
    ]);
    expect(rules({ "requirements.txt": 'h2o==3.44.0.3\nh2o==3.46.0.7; python_version >= "3.8"\n' })).toEqual([
      "requirements.txt h2o-version-match",
    ]);
  });

  it.each<[string, Record<string, string>]>([
    ["-r", { "requirements-dev.txt": "-r requirements.txt\nh2o\n", "requirements.txt": "h2o==3.46.0.7\n" }],
    [
      "-c of a file that names it",
      { "all.txt": "-c c.txt\n-r base.txt\n", "base.txt": "h2o\n", "c.txt": "h2o==3.46.0.7\n" },
    ],
    ["what was compiled above", { "requirements/base.in": "h2o\n", "requirements.txt": "h2o==3.46.0.7\n" }],
    [
      "what was compiled below",
      { "pyproject.toml": '[project]\ndependencies = ["h2o"]\n', "requirements/prod.txt": "h2o==3.46.0.7\n" },
    ],
    ["a lock of requirements", { "requirements.in": "h2o\n", "requirements.lock": "h2o==3.46.0.7\n" }],
    [
      "-c of conda's pip",
      { "environment.yml": "dependencies:\n  - pip: [-c c.txt, h2o]\n", "c.txt": "h2o==3.46.0.7\n" },
    ],
  ])("finds the release by %s", (_, files) => {
    expect(rules(files)).toEqual([]);
  });

  it("knows the releases that refuse to export, unless they are Secure", () => {
    expect(rules({ "requirements.txt": "h2o==3.46.0.12" })).toEqual(["requirements.txt h2o-export-gated"]);
    expect(rules({ "requirements.txt": "h2o==3.48.0.1" })).toEqual(["requirements.txt h2o-export-gated"]);
    expect(rules({ "requirements.txt": "h2o>=3.46.0.12" })).toEqual([
      "requirements.txt h2o-exact-pin",
      "requirements.txt h2o-export-gated",
    ]);
    expect(rules({ "requirements.txt": "h2o==3.46.0.11" })).toEqual([]);
    expect(rules({ "requirements.txt": "h2o==3.46.0.12" }, {}, true)).toEqual([]);
  });

  it("tells a jar that comes without what it needs", () => {
    const url = "https://repo.example/ai/h2o/h2o-genmodel/3.46.0.7/h2o-genmodel-3.46.0.7.jar";
    expect(rules({ Dockerfile: `FROM x\nADD ${url} /app/\n` })).toEqual(["Dockerfile genmodel-thin-jar"]);
    expect(
      rules({
        Dockerfile: `FROM x\nADD ${url} /app/\nADD https://repo.example/h2o-tree-api-0.3.17.jar /app/\n`,
      }),
    ).toEqual([]);
    expect(rules({ Dockerfile: "FROM x\nCOPY h2o-genmodel-3.46.0.7.jar /app/\n" })).toEqual([]);
  });
});
