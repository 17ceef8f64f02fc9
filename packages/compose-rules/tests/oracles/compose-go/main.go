// Loads Compose projects with the loader inside Docker Compose and prints what it makes of them, one JSON line each.
// A request is a JSON line: files, the project directory, and the variables of the machine.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
)

type request struct {
	Files       []string          `json:"files"`
	Directory   string            `json:"directory"`
	Environment map[string]string `json:"environment"`
}

type service struct {
	Image       string             `json:"image"`
	Ports       []string           `json:"ports"`
	Volumes     []string           `json:"volumes"`
	Tmpfs       []string           `json:"tmpfs"`
	MemLimit    int64              `json:"memLimit"`
	DeployLimit int64              `json:"deployLimit"`
	Environment map[string]*string `json:"environment"`
	Command     []string           `json:"command"`
	Entrypoint  []string           `json:"entrypoint"`
	NetworkMode string             `json:"networkMode"`
	Networks    []string           `json:"networks"`
	Profiles    []string           `json:"profiles"`
}

type answer struct {
	Error    string             `json:"error,omitempty"`
	Services map[string]service `json:"services,omitempty"`
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := json.NewEncoder(os.Stdout)
	decoder := json.NewDecoder(in)
	for {
		var r request
		if err := decoder.Decode(&r); err != nil {
			return
		}
		if err := out.Encode(load(r)); err != nil {
			panic(err)
		}
	}
}

func load(r request) (a answer) {
	defer func() {
		if p := recover(); p != nil {
			a = answer{Error: fmt.Sprint("panic: ", p)}
		}
	}()
	details := types.ConfigDetails{WorkingDir: r.Directory, Environment: r.Environment}
	for _, file := range r.Files {
		details.ConfigFiles = append(details.ConfigFiles, types.ConfigFile{Filename: file})
	}
	project, err := loader.LoadWithContext(context.Background(), details, func(o *loader.Options) {
		o.SetProjectName("project", true)
		o.Profiles = []string{"*"}
	})
	if err != nil {
		return answer{Error: err.Error()}
	}
	services := map[string]service{}
	for name, s := range project.Services {
		services[name] = describe(s)
	}
	return answer{Services: services}
}

func describe(s types.ServiceConfig) service {
	d := service{
		Image: s.Image, MemLimit: int64(s.MemLimit), Environment: s.Environment, Command: s.Command,
		Entrypoint: s.Entrypoint, NetworkMode: s.NetworkMode, Tmpfs: s.Tmpfs, Profiles: s.Profiles,
	}
	for _, p := range s.Ports {
		d.Ports = append(d.Ports, fmt.Sprintf("%s|%s->%d/%s", p.HostIP, p.Published, p.Target, p.Protocol))
	}
	for _, v := range s.Volumes {
		d.Volumes = append(d.Volumes, fmt.Sprintf("%s:%s=>%s:%t", v.Type, v.Source, v.Target, v.ReadOnly))
	}
	if s.Deploy != nil && s.Deploy.Resources.Limits != nil {
		d.DeployLimit = int64(s.Deploy.Resources.Limits.MemoryBytes)
	}
	for name := range s.Networks {
		d.Networks = append(d.Networks, name)
	}
	return d
}
