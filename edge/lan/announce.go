package lan

import (
	"context"
	"errors"
	"log/slog"

	"github.com/brutella/dnssd"
)

// Announce makes the machine's name known on the local network (mDNS) until ctx ends. It
// is a kindness: where the network or another responder refuses it, addresses still work,
// so a failure is noted and no more.
func Announce(ctx context.Context, log *slog.Logger, firm, transport string, port int) {
	host := HostName()
	if host == "" || host == "localhost" {
		return
	}
	kind := "_https._tcp"
	if transport == HTTP {
		kind = "_http._tcp"
	}
	service, err := dnssd.NewService(dnssd.Config{Name: firm, Type: kind, Host: host, Port: port})
	if err != nil {
		log.InfoContext(ctx, "portal not announced by mDNS", "err", err)
		return
	}
	responder, err := dnssd.NewResponder()
	if err != nil {
		log.InfoContext(ctx, "portal not announced by mDNS", "err", err)
		return
	}
	if _, err := responder.Add(service); err != nil {
		log.InfoContext(ctx, "portal not announced by mDNS", "err", err)
		return
	}
	go func() {
		defer func() {
			if p := recover(); p != nil { // a foreign library that reads the network's packets
				log.Warn("mDNS ended", "panic", p)
			}
		}()
		if err := responder.Respond(ctx); err != nil && !errors.Is(err, context.Canceled) {
			log.InfoContext(ctx, "mDNS ended", "err", err)
		}
	}()
}
