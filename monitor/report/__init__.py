"""What people look at: the site, the workbook, the packs. Nothing here decides a status."""
