package contract

// Reader is somebody outside of the firm who asks for a contract in the portal.
type Reader struct {
	Guest     bool // invited to this contract by e-mail, and no contact of the customer
	Customer  bool // a contact of the contract's customer
	Admitted  bool // a contact: let into the portal, and the contracts are open to it; a guest: its invitation stands
	Requester bool
	Watcher   bool
	Asked     bool // a party, not taken off, of a round of approval or signature that has begun
	Fellows   bool // contacts of its customer see each other's contracts
}

// Sees tells whether the reader sees a contract (spec/contracts, Sharing). inPortal is the firm's
// word: without it nobody does, whoever is named. Every page, list and file asks this; the views
// contract_readers and contract_guest_readers say the same in SQL.
func Sees(inPortal bool, r Reader) bool {
	if !inPortal || !r.Admitted {
		return false
	}
	if r.Guest {
		return r.Asked
	}
	return r.Customer && (r.Requester || r.Watcher || r.Asked || r.Fellows)
}
