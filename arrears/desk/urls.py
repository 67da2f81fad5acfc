from django.urls import URLPattern, path

from arrears.desk.views import approvals, case_file, cases, desk, employer

urlpatterns: list[URLPattern] = [
    path("", desk.desk, name="desk"),
    path("approvals/", approvals.approvals, name="approvals"),
    path("cases/", cases.cases, name="cases"),
    path("cases/<int:pk>/", cases.case, name="case"),
    path("cases/<int:pk>/report/", cases.report, name="case-report"),
    path("cases/<int:pk>/file/", case_file.case_file, name="case-file"),
    path("cases/<int:pk>/file.docx", case_file.case_file_docx, name="case-file-docx"),
    path("employers/<int:pk>/", employer.employer, name="employer"),
]
