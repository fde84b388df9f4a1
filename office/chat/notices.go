package chat

import (
	"sync"
	"time"
)

// Notices wake the pages of a customer's contacts: a notice says that something changed and
// nothing more, so that whoever was asleep asks for what it missed. A reader who does not keep up
// has one notice waiting, never a queue.
type Notices struct {
	mu   sync.Mutex
	subs map[int64]map[chan struct{}]int64 // by customer: channel to contact
	// known is how much each contact has not read, until something changes for its customer: every
	// page of the portal shows it.
	known map[int64]counted
	turn  int64 // counts what rang
}

// counted is a count as it was at an instant.
type counted struct {
	customer, n int64
	at          time.Time
}

const (
	countedMost = 4096        // contacts
	countedFor  = time.Minute // what was opened or shut to a contact rings nothing
)

// count gives a count that still holds; turn is to be given back with a fresh one.
func (n *Notices) count(contactID int64, now time.Time) (count, turn int64, ok bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	c, ok := n.known[contactID]
	age := now.Sub(c.at)
	return c.n, n.turn, ok && age >= 0 && age < countedFor
}

// remember keeps a count, unless something changed while it was being made.
func (n *Notices) remember(contactID int64, c counted, turn int64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.turn != turn {
		return
	}
	if n.known == nil || len(n.known) >= countedMost {
		n.known = map[int64]counted{}
	}
	n.known[contactID] = c
}

// Listen gives a channel that is rung when something changes for a customer's contacts; end gives
// it back.
func (n *Notices) Listen(customerID, contactID int64) (rung <-chan struct{}, end func()) {
	c := make(chan struct{}, 1)
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.subs == nil {
		n.subs = map[int64]map[chan struct{}]int64{}
	}
	if n.subs[customerID] == nil {
		n.subs[customerID] = map[chan struct{}]int64{}
	}
	n.subs[customerID][c] = contactID
	return c, func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		delete(n.subs[customerID], c)
		if len(n.subs[customerID]) == 0 {
			delete(n.subs, customerID)
		}
	}
}

// Ring wakes the pages of one customer.
func (n *Notices) Ring(customerID int64) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.turn++
	for contact, c := range n.known {
		if c.customer == customerID {
			delete(n.known, contact)
		}
	}
	for c := range n.subs[customerID] {
		select {
		case c <- struct{}{}:
		default: // it has a notice that it has not heard yet
		}
	}
}

// here tells whether a contact has a page open.
func (n *Notices) here(customerID, contactID int64) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, id := range n.subs[customerID] {
		if id == contactID {
			return true
		}
	}
	return false
}

// Listeners counts the pages that are open.
func (n *Notices) Listeners() (count int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, of := range n.subs {
		count += len(of)
	}
	return count
}
