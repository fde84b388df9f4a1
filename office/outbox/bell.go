package outbox

import "sync"

// bell wakes whoever listens. It is one for the process, not for a company: QueueMail and
// QueueJob know a transaction, not a worker. A ring that was meant for another company's
// worker costs it one look at its own queue.
type bell struct {
	mu        sync.Mutex
	listeners map[chan struct{}]bool
}

// mailHurried says that a person wants it tried now, whatever the wait.
var mailQueued, mailHurried, jobQueued bell

func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for c := range b.listeners {
		select {
		case c <- struct{}{}:
		default: // it has not yet answered the ring before
		}
	}
}

func (b *bell) listen() chan struct{} {
	c := make(chan struct{}, 1)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.listeners == nil {
		b.listeners = map[chan struct{}]bool{}
	}
	b.listeners[c] = true
	return c
}

func (b *bell) leave(c chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.listeners, c)
}
