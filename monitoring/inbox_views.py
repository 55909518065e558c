from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.decorators import anyone
from monitoring import inbox


@require_safe
@anyone
def inbox_list(request: HttpRequest) -> HttpResponse:
    news = inbox.news_for(request.user, now=timezone.now())
    context = {
        "news": news,
        "new": sum(line.is_new for line in news),
        "wants_letter": inbox.inbox_of(request.user).wants_letter,
        "days": inbox.REACHES_BACK.days,
    }
    return render(request, "monitoring/inbox_list.html", context)


@require_POST
@anyone
def inbox_read(request: HttpRequest) -> HttpResponse:
    inbox.mark_read(request.user, now=timezone.now())
    return redirect("inbox_list")


@require_POST
@anyone
def inbox_letter(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("wanted") == "yes"
    inbox.choose_letter(request.user, wanted=wanted)
    messages.success(request, "Surat pagi akan dikirim." if wanted else "Surat pagi tidak dikirim lagi.")
    return redirect("inbox_list")
