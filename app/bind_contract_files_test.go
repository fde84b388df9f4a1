package app_test

import (
	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/office/contracts"
)

// contractFileSamples are calls of the methods of attachments, on a contract of the demo where
// there is one.
func contractFileSamples(p *apptest.Program) [][]any {
	contract, file := "none", "none"
	if apptest.Ask[app.Status](p, "System.Status").State == app.StateOpen {
		for _, r := range apptest.Ask[app.ContractList](p, "Contracts.List", app.ContractQuery{Limit: 20}).Rows {
			if files := apptest.Ask[contracts.FileTree](p, "ContractFiles.List", r.ID).Files; len(files) > 0 || contract == "none" {
				contract = r.ID
				if len(files) > 0 {
					file = files[0].ID
				}
			}
		}
	}
	pick := contracts.Pick{ContractID: contract, FileIDs: []string{file}, FolderIDs: []string{}}
	return [][]any{
		{"ContractFiles.List", contract}, {"ContractFiles.Removed", contract}, {"ContractFiles.Versions", contract, file}, {"ContractFiles.AddFolder", contract, "", "Annexes du bail", "key-bind-folder"},
		{"ContractFiles.RenameFolder", contract, "none", "Plans"}, {"ContractFiles.RemoveFolder", contract, "none"}, {"ContractFiles.Rename", contract, file, "Document"}, {"ContractFiles.Move", pick, ""},
		{"ContractFiles.Show", pick, true}, {"ContractFiles.Show", pick, false}, {"ContractFiles.Remove", contract, []string{file}}, {"ContractFiles.Restore", contract, []string{file}},
	}
}
