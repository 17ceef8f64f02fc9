// Reads JSON trees of files, one a line, and prints what Kustomize builds in "over": each container's name, image,
// memory limit and environment, or "error".
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

type pod struct {
	Kind     string `json:"kind"`
	Metadata struct {
		Name      string `json:"name"`
		Namespace string `json:"namespace"`
	} `json:"metadata"`
	Spec struct {
		Template struct {
			Spec struct {
				Containers     []container `json:"containers"`
				InitContainers []container `json:"initContainers"`
			} `json:"spec"`
		} `json:"template"`
	} `json:"spec"`
}

type container struct {
	Name  string   `json:"name"`
	Image string   `json:"image"`
	Args  []string `json:"args"`
	Env   []struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	} `json:"env"`
	Resources struct {
		Limits struct {
			Memory string `json:"memory"`
		} `json:"limits"`
	} `json:"resources"`
}

func build(files map[string]string) any {
	disk := filesys.MakeFsInMemory()
	for name, text := range files {
		if err := disk.WriteFile(name, []byte(text)); err != nil {
			panic(err)
		}
	}
	resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(disk, "over")
	if err != nil {
		return "error: " + err.Error()
	}
	found := []any{}
	for _, resource := range resources.Resources() {
		text, err := resource.MarshalJSON()
		if err != nil {
			panic(err)
		}
		var read pod
		if err := json.Unmarshal(text, &read); err != nil {
			return "error: " + err.Error()
		}
		for field, list := range map[string][]container{"initContainers": read.Spec.Template.Spec.InitContainers, "containers": read.Spec.Template.Spec.Containers} {
			for _, one := range list {
				env := map[string]string{}
				for _, variable := range one.Env {
					env[variable.Name] = variable.Value
				}
				found = append(found, map[string]any{
					"subject": fmt.Sprintf("%s/%s/%s/%s", read.Kind, read.Metadata.Name, field, one.Name),
					"image":   one.Image, "args": one.Args, "env": env, "memory": one.Resources.Limits.Memory,
				})
			}
		}
	}
	return found
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 1<<22), 1<<22)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var files map[string]string
		if err := json.Unmarshal(lines.Bytes(), &files); err != nil {
			panic(err)
		}
		if err := out.Encode(build(files)); err != nil {
			panic(err)
		}
	}
}
