package chat

import "sync"

// Notices wake the pages of a customer's contacts: a notice says that something changed and
// nothing more, so that whoever was asleep asks for what it missed. A reader who does not keep up
// has one notice waiting, never a queue.
type Notices struct {
	mu   sync.Mutex
	subs map[int64]map[chan struct{}]int64 // by customer: channel to contact
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

// ring wakes the pages of one customer.
func (n *Notices) ring(customerID int64) {
	n.mu.Lock()
	defer n.mu.Unlock()
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
