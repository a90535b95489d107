select owed.*
from {{ ref('owed') }} as owed
where not exists (
    select 1 from {{ source('plain', 'submission') }} as s
    where s.organisation_code = owed.organisation_code and s.return_code = owed.return_code
      and s.period_start = owed.period_start and s.outcome = 'accepted'
      and s.submitted_at::date <= date '{{ var("as_of") }}'
)
