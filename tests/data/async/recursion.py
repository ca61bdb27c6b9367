def countdown(n):
    if n == 0:
        return [Book.objects.count()]
    return [n] + countdown(n - 1)

def even(n):
    return True if n == 0 else odd(n - 1)

def odd(n):
    return Tag.objects.filter(pk=-1).exists() if n == 0 else even(n - 1)

print(countdown(3), even(4), odd(4))
