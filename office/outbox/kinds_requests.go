package outbox

// The kinds of mail about requests for access. What an approved one says is the group's own
// (office/customers).
const (
	// RequestArrived goes to the firm: company, person, group; optional tax_id.
	RequestArrived Kind = "request_arrived"
	// RequestAsked tells what the firm still wants: text (its words), request (public id, of
	// which the way back to the form is made).
	RequestAsked Kind = "request_asked"
	// RequestRefused tells why not: text (the firm's words).
	RequestRefused Kind = "request_refused"
	// RequestBegun goes to a mailbox that was proved a moment ago: request (public id, of which the
	// link to come back is made).
	RequestBegun Kind = "request_begun"
	// RegistrationLink hands out the link of a group: group_id (public id, of which it is made).
	RegistrationLink Kind = "registration_link"
	// RequestSent tells the visitor that the firm has the request: request.
	RequestSent Kind = "request_sent"
)
