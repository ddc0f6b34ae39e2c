from django.urls import path

from training.views import assignments, completion, counts, modules, practice, progress, reminders

app_name = "training"

urlpatterns = [
    path("", progress.home, name="home"),
    path("learn/modules/", modules.module_list, name="module-list"),
    path("learn/modules/<uuid:uuid>/", progress.module_open, name="module-open"),
    path("learn/modules/<uuid:uuid>/steps/<int:number>/", progress.step_show, name="step-show"),
    path("learn/modules/<uuid:uuid>/steps/<int:number>/pass/", progress.step_pass, name="step-pass"),
    path("learn/modules/<uuid:uuid>/done/", progress.module_done, name="module-done"),
    path("learn/modules/<uuid:uuid>/review/", modules.module_review, name="module-review"),
    path("learn/modules/<uuid:uuid>/publish/", modules.module_publish, name="module-publish"),
    path("learn/practices/", practice.practice_list, name="practice-list"),
    path("learn/practices/<uuid:uuid>/", practice.practice_show, name="practice-show"),
    path("learn/practices/<uuid:uuid>/say/", practice.practice_say, name="practice-say"),
    path("learn/practices/<uuid:uuid>/again/", practice.practice_again, name="practice-again"),
    path("learn/practices/<uuid:uuid>/finish/", practice.practice_finish, name="practice-finish"),
    path("learn/practices/<uuid:uuid>/review/", practice.practice_review, name="practice-review"),
    path("learn/practices/<uuid:uuid>/publish/", practice.practice_publish, name="practice-publish"),
    path("learn/assignments/", assignments.assignment_list, name="assignment-list"),
    path("learn/assignments/add/", assignments.assignment_add, name="assignment-add"),
    path("learn/assignments/<uuid:uuid>/move/", assignments.assignment_move, name="assignment-move"),
    path("learn/assignments/<uuid:uuid>/drop/", assignments.assignment_drop, name="assignment-drop"),
    path("learn/assignments/<uuid:uuid>/extra-week/", assignments.extra_week, name="extra-week"),
    path("learn/people/<uuid:uuid>/extend/", assignments.person_extend, name="person-extend"),
    path("learn/reminders/", reminders.plan, name="reminder-plan"),
    path("learn/reminders/extra/", reminders.preview, name="reminder-preview"),
    path("learn/reminders/extra/send/", reminders.nudge, name="reminder-nudge"),
    path("learn/completion/", completion.overview, name="completion"),
    path("learn/completion/people/", completion.people_list, name="completion-people"),
    path("learn/completion/people.csv", completion.people_csv, name="completion-csv"),
    path("counts/", counts.counts_show, name="completion-counts"),
    path("counts/numbers.csv", counts.counts_csv, name="completion-counts-csv"),
]
