SELECT return_code, finding, detail FROM verdict WHERE state = 'could_not_check' ORDER BY return_code, finding
