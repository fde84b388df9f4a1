package app

import "comptoir/office/contracts"

// ContractComment is one thing said about a contract.
type ContractComment struct {
	ID     string `json:"id"`
	At     string `json:"at"`
	Author string `json:"author"`
	Side   string `json:"side"` // firm, customer, guest
	Mine   bool   `json:"mine"`
	Body   string `json:"body"` // plain words
}

func contractComment(c contracts.Comment) ContractComment {
	return ContractComment{ID: c.ID, At: c.At, Author: c.Author, Side: c.Side, Mine: c.Mine, Body: c.Body}
}

// Comments gives what was said about a contract, oldest first.
func (s *Contracts) Comments(id string) ([]ContractComment, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	said, err := h.Contracts.Comments(s.desk.ctx, who, id)
	list := make([]ContractComment, 0, len(said))
	for _, c := range said {
		list = append(list, contractComment(c))
	}
	return list, err
}

// Comment says something to all who share a contract.
func (s *Contracts) Comment(id, text, key string) (ContractComment, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return ContractComment{}, err
	}
	c, err := h.Contracts.Comment(s.desk.ctx, who, contracts.CommentWish{Key: key, ContractID: id, Body: text})
	return contractComment(c), err
}
