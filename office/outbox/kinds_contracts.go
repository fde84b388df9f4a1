package outbox

// The kinds of mail about contracts; all take its number and title.
const (
	// ContractShared tells a contact that a contract is in its portal: number, title, role
	// (requester, watcher). Link.
	ContractShared Kind = "contract_shared"
	// ContractDue reminds the firm: about_kind (notice, renewal, end, milestone), due_date (the day
	// that it is about), customer; optional milestone, late (yes).
	ContractDue Kind = "contract_due"
	// ContractRenews tells a consumer that the contract renews itself: refuse_by (last day to refuse
	// it), term_end (days), months (of the next term). Link to the contract, where they see it.
	ContractRenews Kind = "contract_renews"
)
