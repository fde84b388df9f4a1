package app

import (
	"context"
	"sync"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/office/sales"
)

// PortalState is what became of the portal's listener.
type PortalState struct {
	URL string // "" while it is closed
	Err error
}

// portalDoor is the portal's listener while it is open.
type portalDoor struct {
	mu       sync.Mutex
	override string
	now      PortalState
}

func (p *portalDoor) state() PortalState {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now
}

func (p *portalDoor) base(context.Context, *House) string { return p.state().URL }

func (p *portalDoor) start(_ context.Context, _ *House, override string) { p.override = override }

func (p *portalDoor) restart(ctx context.Context, h *House) { p.start(ctx, h, p.override) }

func (p *portalDoor) stop(context.Context) error { return nil }

// documentLink gives the address under which the customer's contact opens a document, ""
// while the portal is closed or nobody has access.
func (h *House) documentLink(ctx context.Context, who actor.Actor, d sales.Document) (string, error) {
	base := h.portal.base(ctx, h)
	if base == "" || d.Draft {
		return "", nil
	}
	linkID, err := h.Sales.LinkOf(ctx, who, d.PublicID)
	if fault.Is(err, fault.NotFound) || linkID == 0 {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return h.Access.LinkURL(ctx, base, linkID)
}

// Portal is bound to the window: the portal card.
type Portal struct{ desk *desk }

// PortalAddress is an address under which the portal answers.
type PortalAddress struct {
	URL   string `json:"url"`
	Label string `json:"label"`
}

// PortalSession is a contact that is signed in.
type PortalSession struct {
	ID       string `json:"id"`
	Contact  string `json:"contact"`
	Customer string `json:"customer"`
	SeenAt   string `json:"seenAt"`
	Address  string `json:"address"`
}

// PortalView is the portal card.
type PortalView struct {
	On          bool            `json:"on"`
	State       string          `json:"state"` // open, closed, failed
	Message     string          `json:"message"`
	Addresses   []PortalAddress `json:"addresses"`
	QR          string          `json:"qr"` // SVG
	Fingerprint string          `json:"fingerprint"`
	Sessions    []PortalSession `json:"sessions"`
	VisitsToday int64           `json:"visitsToday"`
	ViewsToday  int64           `json:"viewsToday"`
}
