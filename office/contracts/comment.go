package contracts

// The sides of a comment.
const (
	SideFirm     = "firm"
	SideCustomer = "customer"
	SideGuest    = "guest"
)

// Comment is one thing said about a contract.
type Comment struct {
	ID     string // public id
	At     string // instant
	Author string
	Side   string // SideFirm, SideCustomer, SideGuest
	Mine   bool   // of whoever reads
	Body   string
}

// CommentWish is something to be said. The key makes a repeat harmless.
type CommentWish struct {
	Key        string
	ContractID string // public id
	Body       string
}
