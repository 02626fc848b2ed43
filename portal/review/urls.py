"""Addresses of the reviewers' pages, under /review/."""

from django.urls import path

from portal.review import case, news, queue

urlpatterns = [
    path("", queue.index, name="queue"),
    path("next/", queue.take_next, name="case_take_next"),
    path("<str:reference>/", case.page, name="case"),
    path("<str:reference>/take/", case.take, name="case_take"),
    path("<str:reference>/news/", news.confirm, name="case_news"),
    path("<str:reference>/release/", case.release, name="case_release"),
    path("<str:reference>/authorize/", case.authorize, name="case_authorize"),
    path("<str:reference>/escalate/", case.escalate, name="case_escalate"),
]
