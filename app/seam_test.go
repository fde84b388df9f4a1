package app

import (
	"context"
	"net/http"

	"comptoir/core/actor"
	"comptoir/office/users"
)

// What tests reach of the table of rights; none of it exists in the program.

// Everyone is the need of what any user may.
const Everyone = everyone

// SitAt puts a session into the window's pocket.
func SitAt(a *App, s users.Session) { a.window.keep(s) }

// Rest ends what the open company does by itself: from here on only calls write. It gives the
// company, so that a test sees when another one is open, which works by itself again.
func Rest(a *App) *House {
	h := a.House()
	if h != nil {
		h.rest(context.Background())
	}
	return h
}

// PortalOf tells where the company's portal answers, or why it does not.
func PortalOf(h *House) (url string, failure error) { return h.portal.state() }

// Rights is the table by Service.Method.
func Rights() map[string]actor.Permission { return rightsByMethod() }

// FileRights is the table by the pattern of a route.
func FileRights() map[string]actor.Permission { return fileRights }

// Unguarded answers the calls without asking the table: only the use cases ask.
func Unguarded(a *App) http.Handler {
	d := newDispatcher(a)
	for m := range d.rights {
		d.rights[m] = everyone
	}
	mux := http.NewServeMux()
	mux.Handle("POST /rpc/{method}", d)
	a.fileRoutes(mux)
	return mux
}

// Tell sends a notice to whoever listens.
func Tell(a *App, topic string) { a.hub.Changed(topic) }
