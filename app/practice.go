package app

import (
	"log/slog"
	"sync"
	"time"

	"comptoir/edge/mail/sink"
	"comptoir/office/outbox"
)

// practiceBox is the demo company's own mail server on loopback, started when the outbox
// first delivers to it or the window first looks into it.
type practiceBox struct {
	folder  string
	clock   func() time.Time
	log     *slog.Logger
	arrived func()

	mu   sync.Mutex
	sink *sink.Sink
}

func (p *practiceBox) open() (*sink.Sink, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.sink != nil {
		return p.sink, nil
	}
	s, err := sink.Start(p.folder, sink.Options{Clock: p.clock, Arrived: p.arrived, Log: p.log})
	if err != nil {
		return nil, err
	}
	p.sink = s
	return s, nil
}

// Server is how the outbox reaches it; without one the mail waits and is tried again.
func (p *practiceBox) Server() outbox.Server {
	s, err := p.open()
	if err != nil {
		p.log.Error("practice mail server", "error", err.Error())
		return outbox.Server{}
	}
	return s.Server()
}

// Arrived lists what arrived.
func (p *practiceBox) Arrived() []outbox.Arrival {
	s, err := p.open()
	if err != nil {
		p.log.Error("practice mail server", "error", err.Error())
		return []outbox.Arrival{}
	}
	return s.Arrived()
}

// Open gives one mail that arrived.
func (p *practiceBox) Open(id string) (outbox.ArrivedMail, error) {
	s, err := p.open()
	if err != nil {
		return outbox.ArrivedMail{}, err
	}
	return s.Open(id)
}

func (p *practiceBox) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.sink == nil {
		return nil
	}
	err := p.sink.Close()
	p.sink = nil
	return err
}
