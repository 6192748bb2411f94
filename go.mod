module chipid

go 1.26
