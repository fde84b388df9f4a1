package app

import "comptoir/office/registration"

// Requests is bound to the window: visitors who ask for access to the portal.
type Requests struct{ desk *desk }

// Approval is how a request is approved: for an existing customer, or as a new one.
type Approval struct {
	RequestID  string   `json:"requestId"`
	Version    int64    `json:"version"`
	CustomerID string   `json:"customerId"` // "" = a new customer of the request's group
	ContactID  string   `json:"contactId"`  // one of its namesakes, "" = whoever has the address
	Fields     []string `json:"fields"`     // ticked differences
}

// RequestWords is a decision with words.
type RequestWords struct {
	RequestID string `json:"requestId"`
	Version   int64  `json:"version"`
	Words     string `json:"words"`
}

// List gives a page of the requests in a state; "sent" are those that wait, "" all.
func (s *Requests) List(state, cursor string) (registration.Queue, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return registration.Queue{}, err
	}
	return h.Registration.Queue(s.desk.ctx, who, registration.QueueQuery{State: state, After: cursor})
}

// Get gives one request with the customers that it may be about.
func (s *Requests) Get(id string) (registration.DeskRequest, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return registration.DeskRequest{}, err
	}
	return h.Registration.Request(s.desk.ctx, who, id)
}

// Approve lets the visitor in.
func (s *Requests) Approve(in Approval, key string) (registration.Decision, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return registration.Decision{}, err
	}
	return h.Registration.Approve(s.desk.ctx, who, registration.Approve{Key: key, RequestID: in.RequestID, Version: in.Version, CustomerID: in.CustomerID, ContactID: in.ContactID, Fields: in.Fields})
}

// AskMore gives the request back with a message.
func (s *Requests) AskMore(in RequestWords, key string) (registration.Decision, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return registration.Decision{}, err
	}
	return h.Registration.AskMore(s.desk.ctx, who, registration.Say{Key: key, RequestID: in.RequestID, Version: in.Version, Words: in.Words})
}

// Refuse ends the request with a reason.
func (s *Requests) Refuse(in RequestWords, key string) (registration.Decision, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return registration.Decision{}, err
	}
	return h.Registration.Refuse(s.desk.ctx, who, registration.Say{Key: key, RequestID: in.RequestID, Version: in.Version, Words: in.Words})
}
