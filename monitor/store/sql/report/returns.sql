FROM mandatory_return ORDER BY return_title, return_code
