package main

import (
	"embed"
	"io/fs"

	"comptoir/app"
)

//go:embed all:frontend/dist
var dist embed.FS

// assets is the built frontend, which the build compressed.
func assets() fs.FS {
	sub, err := fs.Sub(dist, "frontend/dist")
	if err != nil {
		panic(err) // the folder is embedded: it cannot be missing
	}
	return app.Inflated(sub)
}
