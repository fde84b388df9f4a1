//go:build !bindings

package main

import (
	"context"
	"html"
	"slices"
	"sync"
	"time"

	"github.com/godbus/dbus/v5"
)

// The desktop's notifications. Wails has its own, which take a notification that was put away for
// one that was pressed.
const (
	notices     = "org.freedesktop.Notifications"
	noticesPath = "/org/freedesktop/Notifications"
	noticeTime  = 10 * time.Second // for a desktop that does not answer
	noticesKept = 200              // of those that nobody pressed or put away
)

// desktop remembers where the notifications on the desktop lead.
type desktop struct {
	bus  *dbus.Conn
	open func(href string)

	mu    sync.Mutex
	leads map[uint32]string
	order []uint32
}

// notifier gives what shows a word on the desktop; open is called with where it leads when it is
// pressed. Nil where there is no desktop to show it.
func notifier(ctx context.Context, open func(href string)) func(title, text, href string) error {
	bus, err := dbus.ConnectSessionBus(dbus.WithContext(ctx))
	if err != nil {
		return nil
	}
	d := &desktop{bus: bus, open: open, leads: map[uint32]string{}}
	heard := make(chan *dbus.Signal, 16)
	bus.Signal(heard)
	for _, member := range []string{"ActionInvoked", "NotificationClosed"} {
		if err := bus.AddMatchSignal(dbus.WithMatchInterface(notices), dbus.WithMatchObjectPath(noticesPath), dbus.WithMatchMember(member)); err != nil {
			_ = bus.Close() // nothing was asked of it yet
			return nil
		}
	}
	go func() {
		for s := range heard {
			d.hear(s)
		}
	}()
	return func(title, text, href string) error { return d.show(ctx, title, text, href) }
}

// show puts one on the desktop. The lock is held until its number is known: it may be pressed before.
func (d *desktop) show(ctx context.Context, title, text, href string) error {
	ctx, cancel := context.WithTimeout(ctx, noticeTime)
	defer cancel()
	d.mu.Lock()
	defer d.mu.Unlock()
	desk := d.bus.Object(notices, noticesPath)
	var can []string
	if err := desk.CallWithContext(ctx, notices+".GetCapabilities", 0).Store(&can); err == nil && slices.Contains(can, "body-markup") {
		text = html.EscapeString(text) // a customer's words are no markup
	}
	var id uint32
	err := desk.CallWithContext(ctx, notices+".Notify", 0, "Comptoir", uint32(0), "comptoir", title, text, []string{"default", "Comptoir"}, map[string]dbus.Variant{"desktop-entry": dbus.MakeVariant("comptoir")}, int32(-1)).Store(&id)
	if err != nil {
		return err
	}
	d.leads[id] = href
	if d.order = append(d.order, id); len(d.order) > noticesKept {
		delete(d.leads, d.order[0])
		d.order = d.order[1:]
	}
	return nil
}

// hear takes the desktop's word that one was pressed, or is no more.
func (d *desktop) hear(s *dbus.Signal) {
	if len(s.Body) < 2 {
		return
	}
	id, ok := s.Body[0].(uint32)
	if !ok {
		return
	}
	d.mu.Lock()
	href, known := d.leads[id]
	delete(d.leads, id)
	d.mu.Unlock()
	if action, _ := s.Body[1].(string); known && action == "default" && s.Name == notices+".ActionInvoked" {
		d.open(href)
	}
}
