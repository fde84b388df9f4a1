//go:build !bindings

package main

import (
	"context"
	"net/http"
	"os"
	"sync"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
	"github.com/wailsapp/wails/v2/pkg/options/linux"
	"github.com/wailsapp/wails/v2/pkg/runtime"

	"comptoir/app"
)

// openWindow shows the desk in a window of its own until the person closes it. The calls
// of the page go through the asset server: one transport in the window and in a browser.
func openWindow(ctx context.Context, a *app.App) error {
	tameGraphics()
	var once sync.Once
	handler := a.Handler()
	return wails.Run(&options.App{
		Title: "Comptoir", Width: 1280, Height: 840, MinWidth: 400, MinHeight: 500,
		AssetServer: &assetserver.Options{Assets: assets(), Middleware: func(next http.Handler) http.Handler {
			mux := http.NewServeMux()
			mux.Handle("/rpc/", handler)
			mux.Handle("/files/", handler)
			mux.Handle("/", next)
			return mux
		}},
		BackgroundColour: options.NewRGB(250, 250, 248),
		Linux:            &linux.Options{WebviewGpuPolicy: linux.WebviewGpuPolicyNever, ProgramName: "comptoir"},
		OnStartup: func(wctx context.Context) {
			a.Emit(func(name string, data any) { runtime.EventsEmit(wctx, name, data) })
			a.Browse = func(title string) (string, error) {
				return runtime.OpenDirectoryDialog(wctx, runtime.OpenDialogOptions{Title: title})
			}
			a.OpenURL = func(url string) { runtime.BrowserOpenURL(wctx, url) }
			a.Notify = notifier(wctx, func(href string) {
				runtime.WindowShow(wctx)
				runtime.WindowUnminimise(wctx) // presents it as well
				runtime.EventsEmit(wctx, "open", href)
			})
			go func() {
				<-ctx.Done() // SIGTERM ends the window in order
				once.Do(func() { runtime.Quit(wctx) })
			}()
		},
		OnShutdown: func(context.Context) { a.Emit(nil) }, // nothing is bound: calls go by /rpc, which asks for permissions
	})
}

// tameGraphics keeps WebKitGTK from a blank window on NVIDIA drivers (facts: Wails, 5).
func tameGraphics() {
	const name = "WEBKIT_DISABLE_DMABUF_RENDERER"
	if _, err := os.Stat("/sys/module/nvidia"); err == nil && os.Getenv(name) == "" {
		_ = os.Setenv(name, "1") // best effort: without it the window may stay blank
	}
}
