package outbox

// MethodAsked asks a customer to keep a method of payment. The link leads to the portal.
const MethodAsked Kind = "method_asked"

// MethodAdded and MethodRemoved tell the contact that a method of payment is kept now, or no
// longer: method, on (the day); optional by (who did it). Link to the portal.
const (
	MethodAdded   Kind = "method_added"
	MethodRemoved Kind = "method_removed"
)
