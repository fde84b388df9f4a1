//go:build bindings

// Command comptoir under the bindings tag writes the TypeScript shapes of the bound structs
// (make gen) and touches nothing: no company, no port.
package main

import (
	"log"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"

	"comptoir/app"
)

func main() {
	if err := wails.Run(&options.App{AssetServer: &assetserver.Options{Assets: assets()}, Bind: app.New(app.Config{}).Services()}); err != nil {
		log.Fatal(err)
	}
}
