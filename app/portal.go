package app

import "context"

// portalDoor is the portal's listener while it is open.
type portalDoor struct{}

func (p *portalDoor) base(context.Context, *House) string { return "" }

func (p *portalDoor) stop(context.Context) error { return nil }
