from django.shortcuts import render

from accounts.decorators import anyone


@anyone
def home(request):
    return render(request, "monitoring/home.html")
