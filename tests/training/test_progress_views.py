from tests.people import sign_in

def test_probe(a_student, wellbeing_staff, short_walk, an_assessor, staff_whose_role_has_ended, student_of_another_school, somebody_on_no_list, a_supporter,a_student_lead,clinical_adviser,an_evaluator,staff_of_another_school,another_student):
    print(sign_in(a_student).get("/").content.decode()[:3000])
    assert "Waiting" not in sign_in(wellbeing_staff).get("/roster/people/").content.decode()[:100]
